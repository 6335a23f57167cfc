import { type Budget, type Log, limit, narrow, startBounds, unbounded, undo } from './bounds.ts';
import { type Count, newCount, type Sum, type Table } from './table.ts';

export type Numbers = ReadonlyMap<Count, number>;

/**
 * A whole number for every count: as sent, else (someone has hidden it before) one that agrees with all that is published. What no cell
 * says is what its parts add up to. Undefined where none are found: the figures contradict the sums that they seem to keep.
 */
export function numbersOf(table: Table, budget: Budget): Numbers | undefined {
  const guesses = table.counts.every(({ hidden, value }) => !hidden || value !== undefined)
    ? new Map<Count, number>()
    : fittingNumbers(table, budget);
  if (guesses === undefined) return undefined;
  const numbers = new Map(table.counts.map((count) => [count, count.value ?? guesses.get(count) ?? 0]));
  // Finest first: the parts are known by then. Of several lists of parts the fullest counts.
  for (const { total, parts } of table.sums) {
    if (total.cells.length === 0) {
      numbers.set(total, Math.max(numbers.get(total) ?? 0, sumOf(parts, numbers)));
    }
  }
  return numbers;
}

/**
 * Makes the sums of a table true: a list of parts that falls short of its total gets a rest, of which readers know nothing but that it is
 * none of them; parts that exceed it overlap, and tell nothing.
 */
export function withTrueSums({ sums }: Table, numbers: Numbers): { table: Table; numbers: Numbers } {
  const all = new Map(numbers);
  const kept = sums.filter((sum) => {
    const short = (numbers.get(sum.total) ?? 0) - sumOf(sum.parts, numbers);
    if (short > 0) all.set(addRest(sum), short);
    return short >= 0;
  });
  for (const sum of new Set(sums).difference(new Set(kept))) {
    for (const count of [sum.total, ...sum.parts]) count.sums.splice(count.sums.indexOf(sum), 1);
  }
  return { table: { counts: [...all.keys()], sums: kept }, numbers: all };
}

/** Makes a list of parts incomplete: what is missing can be any number. It is no count of the table, unless it is added there. */
export function addRest(sum: Sum): Count {
  const rest = newCount(sum.total.depth + 1);
  rest.high = unbounded;
  rest.sums.push(sum);
  sum.parts.push(rest);
  return rest;
}

function sumOf(parts: readonly Count[], numbers: Numbers): number {
  return parts.reduce((sum, part) => sum + (numbers.get(part) ?? 0), 0);
}

function fittingNumbers(table: Table, budget: Budget): Numbers | undefined {
  startBounds(table, 1);
  const log: Log = [];
  if (narrow(table.sums, budget, log) !== undefined) return undefined;
  if (!table.counts.every((count) => fix(count, budget, log))) return undefined;
  return new Map(table.counts.map((count) => [count, count.low]));
}

/** Gives a count one number, the first that the others can bear. */
function fix(count: Count, budget: Budget, log: Log): boolean {
  if (count.low === count.high) return true;
  const middle = count.low + Math.floor(Math.min(count.high - count.low, 1_000) / 2);
  return [count.value ?? middle, middle, count.low, count.high].some((number) => {
    const before = log.length;
    if (limit(count, number, number, log) && narrow(count.sums, budget, log) === undefined) return true;
    undo(log, before);
    return false;
  });
}
