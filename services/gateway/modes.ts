import type { IncomingHttpHeaders } from 'node:http';
import { ProblemError } from '@puebla/kit';
import { parseJson } from './body.ts';

/** The ways in which CloudEvents come over HTTP (CloudEvents HTTP binding 1.0.2), and lines for files of any length. */
export type Mode = 'structured' | 'batch' | 'binary' | 'lines';

const accepted = [
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/x-ndjson',
  'application/json with ce-* headers',
];

/** Throws ProblemError media-type. */
export function modeOf(headers: IncomingHttpHeaders): Mode {
  const coding = headers['content-encoding']?.trim().toLowerCase();
  if (coding !== undefined && coding !== '' && coding !== 'identity') {
    throw new ProblemError('media-type', {
      detail: 'a body is sent as it is, without Content-Encoding',
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  switch (type) {
    case 'application/cloudevents+json':
      return 'structured';
    case 'application/cloudevents-batch+json':
      return 'batch';
    case 'application/x-ndjson':
      return 'lines';
    default:
      if ('ce-specversion' in headers && type === 'application/json') return 'binary';
      throw new ProblemError('media-type', { detail: `accepted: ${accepted.join(', ')}` });
  }
}

/** The event of a binary-mode request: attributes from the `ce-` headers, the body as its data. */
export function fromBinary(headers: IncomingHttpHeaders, body: Buffer): Record<string, unknown> {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && typeof value === 'string' ? [[name.slice(3), decode(value)] as const] : [],
  );
  return {
    ...Object.fromEntries(attributes),
    datacontenttype: 'application/json',
    data: parseJson(body),
  };
}

const printableAscii = /^[\t\x20-\x7e]*$/;

/**
 * Header values are percent-encoded where ASCII does not suffice (binding, 3.1.3.2). Other bytes are refused: nobody can
 * say which encoding they were meant in.
 */
function decode(value: string): string {
  try {
    if (printableAscii.test(value)) return decodeURIComponent(value);
  } catch {
    // Said below.
  }
  throw new ProblemError('bad-request', { detail: 'a ce- header is not well percent-encoded' });
}
