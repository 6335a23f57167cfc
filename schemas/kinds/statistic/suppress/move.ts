import { largestSmallCount } from '../small-counts.ts';
import { type Budget, unbounded } from './bounds.ts';
import type { Numbers } from './numbers.ts';
import type { Count, Sum } from './table.ts';

/** By how much counts change together so that every sum stays kept, and all that is published. */
export type Move = ReadonlyMap<Count, number>;

export interface Search {
  /** A number for every count that agrees with what is published. */
  readonly numbers: Numbers;
  /** Whether published counts may be changed too, to be hidden then. */
  readonly mayHide: boolean;
  readonly budget: Budget;
}

/** A move under way. */
interface Attempt {
  readonly changes: Move;
  /** The sums that it leaves wrong, and by how much their total is above their parts. */
  readonly open: ReadonlyMap<Sum, number>;
  /** What must be hidden for it. */
  readonly cost: number;
}

/** One more change to an attempt. */
interface Way {
  readonly from: Attempt;
  readonly count: Count;
  readonly by: number;
  readonly rank: number;
}

/** How far a count that is hidden beside small ones may be from its number; the bound that it gets holds as much. */
export const headroom = 50;

/** What a sum that is still wrong weighs against the cost of hiding: about what it takes to set it right. */
const openWeight = 6;
const maxTries = 400;
const maxWaysKept = 100;
const maxWaysOn = 12;

/** Published, and neither small nor zero: it could be hidden. */
export function isSpare({ hidden, value = 0 }: Count): boolean {
  return !hidden && value > largestSmallCount;
}

/**
 * A move that changes one count by so much, and for which little must be hidden that is published: sum after sum is set right by another
 * count in it, the cheapest ways first. Not every way is tried.
 */
export function findMove(count: Count, by: number, search: Search): Move | undefined {
  const nothing: Attempt = { changes: new Map(), open: new Map(), cost: 0 };
  let ways: Way[] = [{ from: nothing, count, by, rank: 0 }];
  for (let tries = 0; tries < maxTries && search.budget.left > 0; tries++) {
    const best = ways.shift();
    if (best === undefined) return undefined;
    const attempt = after(best);
    const [wrong] = attempt.open;
    if (wrong === undefined) return attempt.changes;
    ways.push(...waysOn(attempt, wrong, search));
    ways = ways.sort(byRank).slice(0, maxWaysKept);
  }
  return undefined;
}

const byRank = (a: Way, b: Way): number => a.rank - b.rank;

/** The best ways to set one sum right, or less wrong, by one more count. */
function waysOn(from: Attempt, [sum, excess]: readonly [Sum, number], search: Search): Way[] {
  search.budget.left -= sum.parts.length + maxWaysKept;
  const ways: Way[] = [];
  const consider = (count: Count, wanted: number) => {
    if (from.changes.has(count)) return;
    const by = within(roomOf(count, search), wanted);
    if (by !== 0) ways.push({ from, count, by, rank: rankOf(from, count, by) });
  };
  consider(sum.total, -excess);
  for (const part of sum.parts) consider(part, excess);
  return ways.sort(byRank).slice(0, maxWaysOn);
}

/** How far a count may be changed: of those that are hidden beside small ones, readers know that they are above 10. */
function roomOf(count: Count, { numbers, mayHide }: Search): readonly [down: number, up: number] {
  const { hidden, value, most } = count;
  const number = numbers.get(count) ?? 0;
  if (hidden && most !== undefined) return [1 - number, most - number];
  if (hidden || (mayHide && isSpare(count))) return [Math.min(0, largestSmallCount + 1 - number), headroom];
  return value === undefined ? [-number, unbounded] : [0, 0];
}

/** As much of a change as there is room for. */
function within([down, up]: readonly [number, number], wanted: number): number {
  return Math.max(down, Math.min(up, wanted));
}

/** By how much a sum is wrong when one of its counts changes too. */
function excessOf(sum: Sum, { open }: Attempt, count: Count, by: number): number {
  return (open.get(sum) ?? 0) + (sum.total === count ? by : -by);
}

function rankOf(from: Attempt, count: Count, by: number): number {
  let wrong = from.open.size;
  for (const sum of count.sums) {
    if (sum.holds) wrong += Number(excessOf(sum, from, count, by) !== 0) - Number(from.open.has(sum));
  }
  // Of equals the shorter one.
  return from.cost + costOf(count) + openWeight * wrong + from.changes.size / 100;
}

function after({ from, count, by }: Way): Attempt {
  const open = new Map(from.open);
  for (const sum of count.sums) {
    if (!sum.holds) continue;
    const excess = excessOf(sum, from, count, by);
    if (excess === 0) open.delete(sum);
    else open.set(sum, excess);
  }
  const changes = new Map(from.changes).set(count, by);
  return { changes, open, cost: from.cost + costOf(count) };
}

/** By its logarithm: neither is one great total hidden lightly, nor are many lesser counts. */
function costOf(count: Count): number {
  return isSpare(count) ? Math.log2(count.value ?? 1) : 0;
}
