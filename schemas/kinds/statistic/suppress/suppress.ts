import type { AsSent } from '../../../as-sent.ts';
import type { Cell, Statistic } from '../../../generated.ts';
import { guardsSmallCounts, isSmallCount, largestSmallCount } from '../small-counts.ts';
import { unbounded } from './bounds.ts';
import { guardedTable } from './complement.ts';
import { headroom } from './move.ts';
import type { Count } from './table.ts';

type SentStatistic = AsSent<Statistic>;

/**
 * A statistic in which no count of victims from 1 to 10 can be read or reckoned (rules.md, What may not be said). Small counts become
 * `below: 11`, and so does a lower bound; as few other cells as are needed become a bound too. Zero is published. Statistics that do not
 * count victims, and those that a named source published, come back as they are; so do those in which nothing is small.
 *
 * What is promised: whoever knows which cells add up to which (`table.ts`), and that small counts are 1 to 10 and the other hidden ones
 * more, can still not rule out 10 for a hidden small count, nor narrow it to fewer than 6 to 10. For each of them, whole numbers were
 * found that agree with all that is published and in which it is 10, and others in which it is 6 or less (`exposed.ts`): what fits
 * cannot be ruled out, by whatever reckoning. Who takes fewer sums for complete knows less, and more numbers fit. The bound of a cell
 * that is hidden for the sake of others is what the published figures imply already.
 *
 * What is not: other events are not looked at; neither are sums that labels alone tell (a category that is part of another one, two
 * breakdowns under OTHER); nor what may be told from the choice of the cells that were hidden.
 *
 * @param statistic data of the kind, whole or in part; it is not changed.
 */
export function suppress(statistic: SentStatistic): SentStatistic {
  const bounds = heldBack(statistic);
  if (bounds.size === 0) return statistic;
  const cells = statistic.cells?.map((cell, i) => {
    const below = bounds.get(i);
    return cell === undefined || below === undefined ? cell : { ...cell, value: null, below };
  });
  return { ...statistic, cells };
}

/** The cells that may not be published as they are (places in the list), and the bound that each is to have in its place. */
export function heldBack(statistic: SentStatistic): ReadonlyMap<number, number> {
  const bounds = new Map<number, number>();
  const cells = statistic.cells ?? [];
  if (!guardsSmallCounts(statistic) || !cells.some(keepsBack)) return bounds;
  const table = guardedTable(cells);
  for (const count of table.counts) {
    for (const index of count.cells) {
      const bound = boundOf(count, cells[index] ?? {});
      if (bound !== undefined) bounds.set(index, bound);
    }
  }
  return bounds;
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
