import { largestSmallCount } from '../small-counts.ts';
import type { Count, Sum, Table } from './table.ts';

/** Beyond every count: sums of thousands of them are still exact. */
export const unbounded = 1e12;

/** Steps of work that are left; at none, whatever is open counts as not shown. */
export interface Budget {
  left: number;
}

/** What was narrowed, so that it can be undone. */
export type Log = { readonly count: Count; readonly low: number; readonly high: number }[];

/**
 * Sets the bounds of all counts to what their own cells say, and decides which sums hold: those that can, for a reader who takes parts
 * for the whole knows the most. Where even the largest parts do not reach the total, the list is incomplete and says nothing; where
 * the smallest exceed it, they overlap.
 *
 * @param floor the least that a count can be whose bound is above 11.
 */
export function startBounds({ counts, sums }: Table, floor: number): void {
  const open = new Set<Count>();
  for (const count of counts) {
    count.cause = undefined;
    const { hidden, value, most = unbounded } = count;
    if (!hidden && value === undefined) open.add(count);
    count.low = hidden ? (most > largestSmallCount ? floor : 1) : (value ?? 0);
    count.high = hidden ? most : (value ?? unbounded);
  }
  for (const sum of sums) {
    const [low, high] = reachOf(sum);
    // A total that no cell says is what its first sum makes it.
    if (open.delete(sum.total)) [sum.total.low, sum.total.high] = [low, high];
    sum.holds = low <= sum.total.high && high >= sum.total.low;
  }
}

/**
 * Sets `least` and `greatest` of all counts: what a reader could tell of them if every count but the zeros were hidden, the small ones as
 * such. No hiding keeps that from him.
 */
export function setBaseline(table: Table, budget: Budget): void {
  startBounds(table, largestSmallCount + 1);
  for (const count of table.counts) {
    const { hidden, value, most = unbounded } = count;
    const isSmall = hidden && most <= largestSmallCount;
    if (isSmall || value === 0) continue;
    count.low = hidden || value !== undefined ? largestSmallCount + 1 : 0;
    count.high = unbounded;
  }
  narrowAll(table, budget);
  for (const count of table.counts) [count.least, count.greatest] = [count.low, count.high];
}

function reachOf({ parts }: Sum): [low: number, high: number] {
  let low = 0;
  let high = 0;
  for (const part of parts) {
    low += part.low;
    high += part.high;
  }
  return [low, high];
}

/** What a sum costs beside its parts, in steps. */
const stepsOfASum = 8;

/** Bounds that chase each other up the numbers are left where they are after so many rounds: they are true, if not the narrowest. */
const maxRounds = 50;

/**
 * Narrows the bounds of counts by sums that hold, and by those that this touches, until nothing moves. Whole numbers that keep every
 * sum are never lost by it.
 *
 * @returns the sum that no numbers can keep (or the one at which the budget ended); undefined where all is well.
 */
export function narrow(from: Iterable<Sum>, budget: Budget, log: Log): Sum | undefined {
  const queue = new Set<Sum>();
  const rounds = new Map<Sum, number>();
  for (const sum of from) if (sum.holds) queue.add(sum);
  // A set is walked to what was added meanwhile.
  for (const sum of queue) {
    queue.delete(sum);
    const round = (rounds.get(sum) ?? 0) + 1;
    if (round > maxRounds) continue;
    rounds.set(sum, round);
    budget.left -= sum.parts.length + stepsOfASum;
    if (budget.left < 0 || !narrowSum(sum, log, queue)) return sum;
  }
  return undefined;
}

/** Narrows all that it can; a sum that contradicts the others is taken for none. */
export function narrowAll({ sums }: Table, budget: Budget): void {
  for (;;) {
    const log: Log = [];
    const broken = narrow(sums, budget, log);
    if (broken === undefined) return;
    undo(log, 0);
    if (budget.left < 0) return;
    broken.holds = false;
  }
}

function narrowSum(sum: Sum, log: Log, queue: Set<Sum>): boolean {
  const { total, parts } = sum;
  const [low, high] = reachOf(sum);
  const touch = (count: Count, atLeast: number, atMost: number): boolean => {
    const before = log.length;
    if (!limit(count, atLeast, atMost, log)) return false;
    if (log.length === before) return true;
    count.cause = sum;
    for (const other of count.sums) if (other.holds) queue.add(other);
    return true;
  };
  if (!touch(total, low, high)) return false;
  return parts.every((part) => touch(part, total.low - (high - part.high), total.high - (low - part.low)));
}

/** Narrows one count to atLeast..atMost; false where nothing is left of it. */
export function limit(count: Count, atLeast: number, atMost: number, log: Log): boolean {
  const low = Math.max(count.low, atLeast);
  const high = Math.min(count.high, atMost);
  if (low > high) return false;
  if (low === count.low && high === count.high) return true;
  log.push({ count, low: count.low, high: count.high });
  count.low = low;
  count.high = high;
  return true;
}

/** Takes back what was narrowed since the log had that length. */
export function undo(log: Log, length: number): void {
  while (log.length > length) {
    const entry = log.pop();
    if (entry !== undefined) [entry.count.low, entry.count.high] = [entry.low, entry.high];
  }
}
