import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { CliError } from './exit-codes.ts';
import { RefusedRequest } from './request.ts';

export interface RetryOptions {
  /** Failures in a row before it is given up. */
  readonly retries: number;
  readonly signal: AbortSignal;
  /** Told before each wait. */
  readonly onWait?: (error: Error, delayMs: number) => void;
}

/** The first wait, which doubles up to the longest; each is spread, so that many clients do not come back together. */
const firstWaitMs = 250;
const longestWaitMs = 10_000;

/**
 * Tries again what may pass: no connection, a connection cut, 429, 502, 503, 504; after Retry-After where the
 * exchange says so. Anything else is thrown at once.
 */
export function retrying<Result>(attempt: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  return pRetry(attempt, {
    retries: options.retries,
    minTimeout: firstWaitMs,
    maxTimeout: longestWaitMs,
    randomize: true,
    signal: options.signal,
    shouldRetry: ({ error }) => error instanceof CliError && error.exit === 'unreachable',
    onFailedAttempt: async ({ error, retryDelay, retriesLeft }) => {
      if (retriesLeft === 0 || !(error instanceof CliError) || error.exit !== 'unreachable') return;
      const asked = error instanceof RefusedRequest ? (error.retryAfterMs ?? 0) : 0;
      options.onWait?.(error, Math.max(asked, retryDelay));
      if (asked > retryDelay) await sleep(asked - retryDelay, undefined, { signal: options.signal });
    },
  });
}
