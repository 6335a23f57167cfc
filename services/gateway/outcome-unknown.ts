import { ProblemError } from '@puebla/kit';

/** The event may be kept: its sender asks again with the same id. */
export function outcomeUnknown(): ProblemError {
  return new ProblemError('outcome-unknown', { retryAfterSeconds: 2, members: { outcome: 'unknown' } });
}
