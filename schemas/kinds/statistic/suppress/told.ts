import { largestSmallCount } from '../small-counts.ts';
import { type Budget, narrowAll, startBounds } from './bounds.ts';
import type { Count, Sum, Table } from './table.ts';

/**
 * A reader of a hidden small count must be left with 6 to 10 or more: a band of fewer than five numbers says the number, in a statistic as
 * in an alert (`alert/disclosure.ts`), and what is below 10 may not be said to be (`below` 10 is refused).
 */
export const lowEnough = largestSmallCount - 4;

/** A hidden count that is told too closely, and the sum that tells it. */
export interface Told {
  readonly count: Count;
  readonly sum: Sum;
}

/**
 * The first hidden count that readers can work out too closely by taking published figures from each other, one sum after the other.
 * Asked for two readers: one who takes a bound above 11 at its word, and one who knows that nothing below 11 is given such a bound.
 *
 * @param passed counts that nothing can be done about.
 */
export function firstTold(table: Table, budget: Budget, passed: ReadonlySet<Count>): Told | undefined {
  for (const floor of [1, largestSmallCount + 1]) {
    startBounds(table, floor);
    narrowAll(table, budget);
    for (const count of table.counts) {
      if (!count.hidden || passed.has(count) || count.cause === undefined || !isTold(count)) continue;
      return { count, sum: count.cause };
    }
  }
  return undefined;
}

function isTold({ low, high, least, greatest }: Count): boolean {
  if (high < Math.min(largestSmallCount, greatest)) return true;
  return high <= largestSmallCount && low > Math.max(lowEnough, least);
}
