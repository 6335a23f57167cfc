import type { AsSent } from '../../../as-sent.ts';
import type { Cell } from '../../../generated.ts';
import { isSmallCount, largestSmallCount } from '../small-counts.ts';

export type SentCells = readonly (AsSent<Cell> | undefined)[];

/** A count that an event speaks of: one or more cells say it, or none, where it is only the sum of others. */
export interface Count {
  /** Their places in the list of cells. */
  readonly cells: number[];
  /** The sums that it is the total of, or a part of. */
  readonly sums: Sum[];
  /** By how many of breakdown, sex and age it is told apart: 0 to 3. */
  readonly depth: number;
  /** As sent; undefined where no cell has it. */
  value: number | undefined;
  /** The largest that it can be by its own bound; undefined without one. */
  most: number | undefined;
  /** Kept back: readers see its bound alone. */
  hidden: boolean;
  /** What a reader can tell so far: it is in low..high. */
  low: number;
  high: number;
  /** The sum that said so last. */
  cause: Sum | undefined;
  /** What a reader could tell if nothing but zeros were published: a part of a small count is less than 10. */
  least: number;
  greatest: number;
}

/** A total, and parts that add up to it where `holds`. */
export interface Sum {
  readonly total: Count;
  readonly parts: Count[];
  holds: boolean;
}

export interface Table {
  readonly counts: readonly Count[];
  /** Those of the finest totals first. */
  readonly sums: readonly Sum[];
}

/** `breakdown` is a dimension and its category, or nothing for all. */
interface Place {
  readonly dimension: string;
  readonly category: string;
  readonly sex: string;
  readonly age: string;
}

const all = 'TOTAL';

/**
 * Which counts add up to which, by the schema alone. A cell is told apart by breakdown (dimension and category), sex and age; each of
 * them may be TOTAL (for a breakdown: the dimension TOTAL, or the category `Total` of any dimension). Over each of the three that is
 * not TOTAL, the cells that differ in nothing else add up to the one that has TOTAL there: female and male to both; ages to all ages;
 * the categories of one dimension to all. So every dimension adds up to the same totals, and sex by age has two margins. A total that
 * no cell says is one nevertheless: it stands between others. A part that no cell says, of which no part is said either, is none.
 */
export function tableOf(cells: SentCells): Table {
  const counts = new Map<string, Count>();
  const sums = new Map<string, Sum>();

  function countAt(place: Place): Count {
    const key = keyOf(place);
    const known = counts.get(key);
    if (known !== undefined) return known;
    const count = newCount(totalsOf(place).length);
    counts.set(key, count);
    for (const [axis, wider] of totalsOf(place)) {
      const total = countAt(wider);
      const sumKey = `${axis} ${keyOf(wider)}`;
      const sum: Sum = sums.get(sumKey) ?? { total, parts: [], holds: true };
      if (sum.parts.length === 0) {
        sums.set(sumKey, sum);
        total.sums.push(sum);
      }
      sum.parts.push(count);
      count.sums.push(sum);
    }
    return count;
  }

  cells.forEach((cell, index) => {
    if (cell !== undefined) say(countAt(placeOf(cell)), cell, index);
  });
  for (const count of counts.values()) {
    if (count.value === undefined && count.most !== undefined) count.hidden = true;
  }
  return {
    counts: [...counts.values()],
    sums: [...sums.values()].sort((a, b) => b.total.depth - a.total.depth),
  };
}

export function newCount(depth: number): Count {
  return {
    cells: [],
    sums: [],
    depth,
    value: undefined,
    most: undefined,
    hidden: false,
    low: 0,
    high: 0,
    cause: undefined,
    least: 0,
    greatest: 0,
  };
}

/** What is left out has Avro's default. */
function placeOf(cell: AsSent<Cell>): Place {
  const { dimension = 'OTHER', sex = all, age = all } = cell;
  const category = cell.category ?? '';
  const ofAll = dimension === all || category.trim().toLowerCase() === 'total';
  return { dimension: ofAll ? all : dimension, category: ofAll ? '' : category, sex, age };
}

function keyOf({ dimension, category, sex, age }: Place): string {
  return JSON.stringify([dimension, category, sex, age]);
}

/** The totals that a place is part of, each with what it is summed over. */
function totalsOf(place: Place): readonly (readonly [axis: string, total: Place])[] {
  const found: [string, Place][] = [];
  if (place.dimension !== all) found.push([place.dimension, { ...place, dimension: all, category: '' }]);
  if (place.sex !== all) found.push(['sex', { ...place, sex: all }]);
  if (place.age !== all) found.push(['age', { ...place, age: all }]);
  return found;
}

/** A cell may be said twice: a small count among them hides them all, another one makes bounds idle, of bounds the lowest counts. */
function say(count: Count, { value, below }: AsSent<Cell>, index: number): void {
  if (typeof value === 'number' && value >= 0) {
    count.cells.push(index);
    count.value = Math.max(count.value ?? 0, value);
    if (isSmallCount(value)) {
      count.most = largestSmallCount;
      count.hidden = true;
    }
  } else if (typeof below === 'number' && below >= 1) {
    count.cells.push(index);
    // Below one is none: that is a count, and no secret.
    if (below === 1) count.value ??= 0;
    else count.most = Math.min(count.most ?? Infinity, Math.max(below - 1, largestSmallCount));
  }
}
