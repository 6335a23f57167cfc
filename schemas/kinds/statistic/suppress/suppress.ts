import type { AsSent } from '../../../as-sent.ts';
import type { Cell, Statistic } from '../../../generated.ts';
import { guardsSmallCounts, isSmallCount, largestSmallCount } from '../small-counts.ts';
import { unbounded } from './bounds.ts';
import { guardedTable } from './complement.ts';
import { headroom } from './move.ts';
import type { Count, SentCells } from './table.ts';

type SentStatistic = AsSent<Statistic>;

/**
 * A statistic in which no count of victims from 1 to 10 can be read or reckoned (rules.md, What may not be said). Small counts become
 * `below: 11`, and so does a lower bound; beside them other cells become a bound, as few and as little as is found. Zero is published.
 * Statistics that do not count victims, and those that a named source published, come back as they are (the same object); so do those
 * in which nothing is small.
 *
 * Promised: a reader who knows which cells add up to which (`table.ts`), that hidden small counts are 1 to 10, and that cells with a higher
 * bound are above 10, can still not rule out that a small count is 10, nor that it is 6 or less. For each, whole numbers were found that
 * agree with all that is published and in which it is 10, and others in which it is 6 or less (`complement.ts`): what agrees cannot be
 * ruled out, by whatever reckoning. Who takes fewer lists for complete knows less. Where other small counts limit one (a part of a total
 * below 11 is below 10), it keeps all that they leave, or as much of it as is found.
 *
 * A bound above 11 is what the published totals imply already, or a power of ten.
 *
 * Not promised: other events are not looked at; neither are sums that labels alone tell (a category within another, two breakdowns under
 * OTHER), nor what can be said of persons by a crossing that no cell publishes (by citizenship and sex and age, where there are only cells
 * by two of the three). What the choice of the cells may tell is not reckoned. Where others have hidden cells before, and the figures
 * contradict the sums that they seem to keep, small counts are guarded against one sum after the other, not against solving several at
 * once. A very large table (a thousand cells and more) is hidden but for its zeros.
 *
 * @param statistic data of the kind, whole or in part; it is not changed.
 */
export function suppress(statistic: SentStatistic): SentStatistic {
  if (!guardsSmallCounts(statistic) || statistic.cells === undefined) return statistic;
  let cells = statistic.cells;
  // Until who receives it would hide nothing more.
  for (let before: SentCells | undefined; before !== cells; ) {
    before = cells;
    cells = hideOnce(cells);
  }
  return cells === statistic.cells ? statistic : { ...statistic, cells };
}

/** The same list where nothing is to be hidden. */
function hideOnce(cells: SentCells): SentCells {
  if (!cells.some(keepsBack)) return cells;
  const hidden = new Map<number, AsSent<Cell>>();
  for (const count of guardedTable(cells).counts) {
    for (const index of count.cells) {
      const cell = cells[index] ?? {};
      const below = boundOf(count, cell);
      if (below !== undefined) hidden.set(index, { ...cell, value: null, below });
    }
  }
  return hidden.size === 0 ? cells : cells.map((cell, i) => hidden.get(i) ?? cell);
}

const lowestBound = largestSmallCount + 1;

function keepsBack(cell: AsSent<Cell> | undefined): boolean {
  return typeof cell?.below === 'number' || isSmallCount(cell?.value ?? 0);
}

/**
 * Undefined where the cell is published as it is. For what is hidden beside small counts: what the published figures imply; where they
 * imply nothing, a power of ten, which says little.
 */
function boundOf({ hidden, high }: Count, { value, below }: AsSent<Cell>): number | undefined {
  if (typeof value !== 'number') {
    return typeof below === 'number' && below > 1 && below < lowestBound ? lowestBound : undefined;
  }
  if (!hidden || value === 0) return undefined;
  if (value < lowestBound) return lowestBound;
  if (high >= value && high < unbounded / 2) return high + 1;
  return 10 ** Math.ceil(Math.log10(value + headroom + 1));
}
