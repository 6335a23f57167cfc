import { setTimeout as sleep } from 'node:timers/promises';
import { ends, type FollowedThreads, type Kafka, reached } from '@puebla/kit';
import type pg from 'pg';
import { behind, rebuilding } from './problems.ts';
import { shareCall } from './shared-call.ts';
import { type ViewState, viewState } from './view.ts';

/** A read waits no longer than this for what had been accepted when it came. */
const maxWaitMs = 2_000;
const pollMs = 15;

/**
 * Waits until all that the log held when called is applied: then an event is in the view, or there is none. Of every lane, since an answer
 * or a step stands in that of the event that began its thread. Rejects with ProblemError unavailable (behind, rebuilding), and what
 * database and broker throw.
 */
export function createCatchUp(
  database: pg.Pool,
  kafka: Kafka,
  topics: readonly string[],
): () => Promise<ViewState> {
  const accepted = shareCall(() => ends(kafka, topics));
  const progress = shareCall(() => viewState(database));
  const wait = async (): Promise<ViewState> => {
    const deadline = Date.now() + maxWaitMs;
    const target = await accepted();
    while (Date.now() < deadline) {
      const state = await progress();
      if (!state.whole) throw rebuilding();
      if (reached(state.applied, target)) return state;
      await sleep(pollMs);
    }
    throw behind();
  };
  return () => within(maxWaitMs, wait());
}

/** Reads from a view that has all that `catchUp` waits for. Rejects as `whileWhole`, and with what `catchUp` rejects with. */
export async function readWhole<T>(
  database: pg.Pool,
  catchUp: () => Promise<Pick<ViewState, 'epoch'>>,
  read: () => Promise<T>,
): Promise<T> {
  const { epoch } = await catchUp();
  return whileWhole(database, epoch, read);
}

/**
 * Reads from the view of that epoch. One that is emptied meanwhile would say of what there is that there is nothing: rejects then with
 * ProblemError unavailable (rebuilding), and with what `read` rejects with.
 */
export async function whileWhole<T>(database: pg.Pool, epoch: number, read: () => Promise<T>): Promise<T> {
  const found = await read();
  const now = await viewState(database);
  if (!now.whole || now.epoch !== epoch) throw rebuilding();
  return found;
}

/**
 * What another process has taken back is known before anything is shown; while the broker is away, what is known here decides. Never
 * rejects.
 */
export function createThreadsKnown(threads: Pick<FollowedThreads, 'caughtUp'>): () => Promise<void> {
  const ask = shareCall(() => threads.caughtUp());
  return () => ask().catch(() => {});
}

/** @throws ProblemError when it has taken longer */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const bound = Promise.withResolvers<never>();
  const timer = setTimeout(() => bound.reject(behind()), ms);
  promise.catch(() => {});
  return Promise.race([promise, bound.promise]).finally(() => clearTimeout(timer));
}
