import { largestSmallCount } from '../small-counts.ts';
import { type Budget, narrowAll, setBaseline, startBounds } from './bounds.ts';
import { findMove, isSpare, type Move, type Search } from './move.ts';
import { addRest, numbersOf, withTrueSums } from './numbers.ts';
import { type Count, type SentCells, type Sum, type Table, tableOf } from './table.ts';
import { firstTold, lowEnough } from './told.ts';

/** Steps; some tenths of a second. A table that takes more (a thousand cells, hundreds of them small) is hidden but for its zeros. */
const maxSteps = 2_000_000;

/**
 * A table of the cells in which, beside the small counts, others are hidden until those are guarded: as few and as little as is found.
 * Each small one gets two moves, one that brings it to 10 and one to 6: what is published agrees with either.
 * Then what can be worked out sum by sum is looked for, by the published cells alone, as anybody can who receives them. Counts are left
 * with the bounds that what is published implies even for a reader who takes no list of parts for complete.
 */
export function guardedTable(cells: SentCells): Table {
  const table = tableOf(cells);
  guardedByMoves(cells)?.counts.forEach(({ hidden }, i) => {
    const count = table.counts[i];
    if (count !== undefined) count.hidden = hidden;
  });
  guardBySums(table);
  for (const sum of table.sums) addRest(sum);
  startBounds(table, 1);
  narrowAll(table, { left: maxSteps });
  return table;
}

function guardBySums(table: Table): void {
  const budget: Budget = { left: maxSteps };
  setBaseline(table, budget);
  const passed = new Set<Count>();
  for (let told = firstTold(table, budget, passed); told; told = firstTold(table, budget, passed)) {
    const next = leastSpare(told.sum);
    if (next === undefined) passed.add(told.count);
    else next.hidden = true;
  }
  if (budget.left < 0) hideAll(table);
}

/** But for the zeros. */
function hideAll({ counts }: Table): void {
  for (const count of counts) if (isSpare(count)) count.hidden = true;
}

/** What shows that a count is guarded. */
interface Witness {
  readonly count: Count;
  readonly by: number;
  move: Move;
}

/** Undefined where the figures contradict their sums: then no move is known to agree with them. */
function guardedByMoves(cells: SentCells): Table | undefined {
  const sent = tableOf(cells);
  const known = numbersOf(sent, { left: maxSteps });
  if (known === undefined) return undefined;
  const { table, numbers } = withTrueSums(sent, known);
  setBaseline(table, { left: maxSteps });
  const budget: Budget = { left: maxSteps };
  const added: Count[] = [];
  const witnesses = witnessesOf(
    table.counts.filter(({ hidden }) => hidden),
    { numbers, mayHide: true, budget },
    added,
  );
  if (budget.left > 0) giveBack(added, witnesses, { numbers, mayHide: false, budget: { left: maxSteps } });
  else hideAll(table);
  return table;
}

/** Moves for all small counts; hides what they need. */
function witnessesOf(small: readonly Count[], search: Search, added: Count[]): Witness[] {
  const witnesses: Witness[] = [];
  for (const count of small) {
    for (const by of changesAsked(search.numbers.get(count) ?? 0, count)) {
      const move = moveFor(count, by, search);
      if (move === undefined) continue;
      witnesses.push({ count, by, move });
      for (const each of move.keys()) {
        if (!isSpare(each)) continue;
        each.hidden = true;
        added.push(each);
      }
    }
  }
  return witnesses;
}

/** By how much a hidden count must be able to change: to 10 (or what is less than a small total), and to 6 where it cannot be above 10. */
function changesAsked(number: number, { most = largestSmallCount, least, greatest }: Count): number[] {
  const up = Math.min(largestSmallCount, greatest) - number;
  const down = Math.max(lowEnough, least) - number;
  return [...(up > 0 ? [up] : []), ...(down < 0 && most <= largestSmallCount ? [down] : [])];
}

/** The move, or the greatest below it that is found. */
function moveFor(count: Count, asked: number, search: Search): Move | undefined {
  for (let by = asked; by !== 0; by -= Math.sign(asked)) {
    const move = findMove(count, by, search);
    if (move !== undefined) return move;
  }
  return undefined;
}

/** Publishes again, the largest first, what the moves can do without. */
function giveBack(added: readonly Count[], witnesses: readonly Witness[], search: Search): void {
  for (const count of added.toSorted(byValue).reverse()) {
    count.hidden = false;
    const others = new Map<Witness, Move | undefined>();
    for (const witness of witnesses) {
      if (witness.move.has(count)) others.set(witness, findMove(witness.count, witness.by, search));
      if (others.has(witness) && others.get(witness) === undefined) break;
    }
    count.hidden = [...others.values()].includes(undefined);
    if (count.hidden) continue;
    for (const [witness, move] of others) witness.move = move ?? witness.move;
  }
}

const byValue = (a: Count, b: Count): number => (a.value ?? 0) - (b.value ?? 0);

/** The least that a sum has published and that is not zero. */
function leastSpare({ total, parts }: Sum): Count | undefined {
  return [total, ...parts].filter(isSpare).sort(byValue)[0];
}
