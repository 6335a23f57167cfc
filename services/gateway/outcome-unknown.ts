import { ProblemError } from '@puebla/kit';

/** The event may be kept: its sender asks again with the same id. */
export function outcomeUnknown(id?: string): ProblemError {
  const members = id === undefined ? { outcome: 'unknown' } : { outcome: 'unknown', id };
  return new ProblemError('outcome-unknown', { retryAfterSeconds: 2, members });
}
