import { setTimeout as sleep } from 'node:timers/promises';
import { eachLane, ends, type Kafka, type Offsets, offsetOf } from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import type pg from 'pg';
import { behind, rebuilding } from './problems.ts';
import { shareCall } from './shared-call.ts';
import { type ViewState, viewState } from './view.ts';

/** A read waits no longer than this for what had been accepted when it came. */
const maxWaitMs = 2_000;
const pollMs = 15;

/**
 * Waits until all that the log held when called is applied, as far as an event of this lane's participant may stand there: then it is in the view, or
 * there is none. A step, and what offices go on with, may stand in any lane of its kind, all else in its own; without a lane, all of it. Rejects with ProblemError unavailable (behind, rebuilding), and what database and broker
 * throw.
 */
export function createCatchUp(
  database: pg.Pool,
  kafka: Kafka,
  topics: readonly string[],
): (lane?: number) => Promise<ViewState> {
  const accepted = shareCall(() => ends(kafka, topics));
  const progress = shareCall(() => viewState(database));
  const shared = new Set(
    catalogue
      .filter(({ machine, offices }) => machine !== undefined || offices !== undefined)
      .map(({ topic }) => topic),
  );
  const wait = async (partition: number | undefined): Promise<ViewState> => {
    const deadline = Date.now() + maxWaitMs;
    const target = await accepted();
    while (Date.now() < deadline) {
      const state = await progress();
      if (!state.whole) throw rebuilding();
      if (isApplied(state.applied, target, partition)) return state;
      await sleep(pollMs);
    }
    throw behind();
  };
  const isApplied = (applied: Offsets, target: Offsets, own: number | undefined): boolean =>
    eachLane(target).every(
      (lane) =>
        (own !== undefined && lane.partition !== own && !shared.has(lane.topic)) ||
        offsetOf(applied, lane) >= offsetOf(target, lane),
    );
  return (lane) => within(maxWaitMs, wait(lane));
}

/** @throws ProblemError when it has taken longer */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const bound = Promise.withResolvers<never>();
  const timer = setTimeout(() => bound.reject(behind()), ms);
  promise.catch(() => {});
  return Promise.race([promise, bound.promise]).finally(() => clearTimeout(timer));
}
