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
export function fromBinary(headers: IncomingHttpHeaders, body: string): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-') && typeof value === 'string') event[name.slice(3)] = decode(value);
  }
  return { ...event, datacontenttype: 'application/json', data: parseJson(body) };
}

/** Header values are percent-encoded where ASCII does not suffice (binding, 3.1.3.2). */
function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new ProblemError('bad-request', { detail: 'a ce- header is not well percent-encoded' });
  }
}
