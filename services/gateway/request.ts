import type { IncomingMessage } from 'node:http';
import { ProblemError } from '@puebla/kit';
import type { Agency } from '@puebla/schemas';
import { idFromKey } from './accept.ts';

const maxIdempotencyKeyChars = 255;

/** A header that is meant to come once; the first value when it came more often. */
function singleHeader(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Derives the id of an event without one from the request's `Idempotency-Key` and the event's place in it. */
export function fallbackId(
  agency: Agency,
  req: IncomingMessage,
  position: number,
): (() => string) | undefined {
  const key = singleHeader(req, 'idempotency-key');
  if (key === undefined) return undefined;
  if (key.length === 0 || key.length > maxIdempotencyKeyChars) {
    throw new ProblemError('bad-request', {
      detail: `an Idempotency-Key has 1 to ${maxIdempotencyKeyChars} characters`,
    });
  }
  return () => idFromKey(agency.id, position === 0 ? key : `${key}\n${position}`);
}
