import { ProblemError } from '@puebla/kit';

export const notFound = (): ProblemError => new ProblemError('not-found');

/** Neither "it exists" nor "it does not" can be said now. */
export const behind = (cause?: unknown): ProblemError => {
  const problem = new ProblemError('unavailable', { retryAfterSeconds: 1, members: { reason: 'behind' } });
  problem.cause = cause;
  return problem;
};

export const rebuilding = (): ProblemError =>
  new ProblemError('unavailable', { retryAfterSeconds: 2, members: { reason: 'rebuilding' } });

/** The database, or the broker: neither "it exists" nor "it does not" can be said now. */
export function unlessTold(error: unknown): never {
  throw error instanceof ProblemError ? error : behind(error);
}
