import type { IncomingMessage } from 'node:http';
import { ProblemError } from '@puebla/kit';
import type { Agency } from '@puebla/schemas';
import { idFromKey } from './accept.ts';

const maxIdempotencyKeyChars = 255;

/** From an event's place in its request (0 for a lone one) to its id when it has none; undefined without a key. */
export type FallbackIds = (place: number) => string | undefined;

/**
 * Derives the ids of events without one from the request's `Idempotency-Key` and their places in it: the same request
 * again has the same ids. Throws ProblemError bad-request.
 */
export function fallbackIds(agency: Agency, req: IncomingMessage): FallbackIds {
  const header = req.headers['idempotency-key'];
  if (header === undefined) return () => undefined;
  const key = Array.isArray(header) ? header.join(', ') : header;
  if (key.length === 0 || key.length > maxIdempotencyKeyChars) {
    throw new ProblemError('bad-request', {
      detail: `an Idempotency-Key has 1 to ${maxIdempotencyKeyChars} characters`,
    });
  }
  return (place) => idFromKey(agency.id, place === 0 ? key : `${key}\n${place}`);
}
