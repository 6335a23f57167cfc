import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryOf } from '../../../arbitrary.ts';
import type { AsSent } from '../../../as-sent.ts';
import { catalogue } from '../../../catalogue.ts';
import type { AgeBand, Cell, Sex, Statistic } from '../../../generated.ts';
import { statistic } from '../rules.ts';
import { isSmallCount } from '../small-counts.ts';
import { type Clue, isPossible } from './attacker.ts';
import { suppress } from './suppress.ts';

type SentCell = AsSent<Cell>;

const victims = {
  country: 'SV',
  period: { from: '2025-01-01', to: '2025-12-31' },
  indicator: 'DETECTED_VICTIMS',
  source: { origin: 'OBSERVED' },
} as const satisfies AsSent<Statistic>;

const suppressed = (cells: readonly SentCell[]): readonly SentCell[] =>
  (suppress({ ...victims, cells }).cells ?? []).flatMap((cell) => (cell === undefined ? [] : [cell]));

/** A number as it is published, a bound as `<11`. */
const shown = (cells: readonly SentCell[]) =>
  cells.map(({ value, below }) => (typeof value === 'number' ? value : `<${below}`));

const total = (value: number, of: Partial<Cell> = {}): SentCell => ({
  dimension: 'TOTAL',
  category: 'Total',
  value,
  ...of,
});
const from = (category: string, value: number, of: Partial<Cell> = {}): SentCell => ({
  dimension: 'CITIZENSHIP',
  category,
  value,
  ...of,
});

describe('tables', () => {
  const female = { sex: 'FEMALE' } as const;
  const male = { sex: 'MALE' } as const;
  test.each<[string, SentCell[], (number | string)[]]>([
    ['nothing small', [total(57), total(57, female), total(0, male)], [57, 57, 0]],
    ['no total: nothing gives it away', [from('GT', 60), from('HN', 36), from('NI', 4)], [60, 36, '<11']],
    [
      'the total would, so the other part goes',
      [total(57), total(53, female), total(4, male)],
      [57, '<57', '<11'],
    ],
    [
      'of several parts the least goes',
      [total(100), from('GT', 60), from('HN', 36), from('NI', 4)],
      [100, 60, '<40', '<11'],
    ],
    [
      'the other part is known to be above 10: the total goes',
      [total(12), total(11, female), total(1, male)],
      ['<100', 11, '<11'],
    ],
    [
      'two of ten each: the total tells both',
      [total(20), total(10, female), total(10, male)],
      ['<100', '<11', '<11'],
    ],
    ['4 to 10 are left of both', [total(14), total(4, female), total(10, male)], [14, '<11', '<11']],
    [
      'the list is not complete, and no reckoning works',
      [total(100), from('GT', 40), from('NI', 4)],
      [100, 40, '<11'],
    ],
    ['the total said as a category', [from('Total', 57), from('GT', 53), from('HN', 4)], [57, '<57', '<11']],
  ])('%s', (_, cells, expected) => {
    expect(shown(suppressed(cells))).toEqual(expected);
  });
});

/** Persons by citizenship, form of exploitation, sex and age: nobody tells these groups apart further. */
interface Group {
  readonly citizenship: string;
  readonly form: string;
  readonly sex: Sex;
  readonly age: AgeBand;
  readonly count: number;
}

type Level = readonly [
  breakdown: 'TOTAL' | 'CITIZENSHIP' | 'FORM_OF_EXPLOITATION',
  bySex: boolean,
  byAge: boolean,
];

const count = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 10 }) },
  { weight: 4, arbitrary: fc.integer({ min: 11, max: 60 }) },
);

const groups: fc.Arbitrary<Group[]> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }))
  .chain(([citizenships, forms]) => {
    const places = ['GT', 'HN', 'NI']
      .slice(0, citizenships)
      .flatMap((citizenship) =>
        ['labour', 'sexual']
          .slice(0, forms)
          .flatMap((form) =>
            (['FEMALE', 'MALE'] as const).flatMap((sex) =>
              (['FROM_0_TO_17', 'FROM_18'] as const).map((age) => ({ citizenship, form, sex, age })),
            ),
          ),
      );
    return fc
      .array(count, { minLength: places.length, maxLength: places.length })
      .map((counts) => places.map((place, i) => ({ ...place, count: counts[i] ?? 0 })));
  });

/** Where a breakdown is published by sex and by age, it is by both: what `suppress` looks at are the counts that an event speaks of. */
const levels: fc.Arbitrary<Level[]> = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom('TOTAL', 'CITIZENSHIP', 'FORM_OF_EXPLOITATION'), fc.boolean(), fc.boolean()),
    { minLength: 1, maxLength: 10, selector: String },
  )
  .map((levels) => {
    const has = (...level: Level) => levels.some((other) => String(other) === String(level));
    const joint = (['CITIZENSHIP', 'FORM_OF_EXPLOITATION'] as const).filter(
      (breakdown) =>
        has(breakdown, true, false) && has(breakdown, false, true) && !has(breakdown, true, true),
    );
    return [...levels, ...joint.map((breakdown): Level => [breakdown, true, true])];
  });

/** A cell, and the places in the list of the groups that it counts. */
interface Line {
  readonly cell: Cell;
  readonly groups: readonly number[];
}

/** The cells of a table, level by level. */
function linesOf(groups: readonly Group[], levels: readonly Level[]): Line[] {
  return levels.flatMap(([dimension, bySex, byAge]) => {
    const of = ({ citizenship, form, sex, age }: Group) => ({
      dimension,
      category: { TOTAL: 'Total', CITIZENSHIP: citizenship, FORM_OF_EXPLOITATION: form }[dimension],
      sex: bySex ? sex : 'TOTAL',
      age: byAge ? age : 'TOTAL',
    });
    const members = Map.groupBy(groups.keys(), (i) => JSON.stringify(groups[i] && of(groups[i])));
    return [...members].map(([place, members]) => ({
      cell: { ...JSON.parse(place), value: members.reduce((sum, i) => sum + (groups[i]?.count ?? 0), 0) },
      groups: members,
    }));
  });
}

/** What a reader takes from a cell who knows how cells are hidden. */
function clueOf({ value, below }: SentCell, groups: readonly number[]): Clue {
  if (typeof value === 'number') return { groups, low: value, high: value };
  const bound = below ?? Infinity;
  return { groups, low: bound > 11 ? 11 : 1, high: bound - 1 };
}

/** What no hiding keeps from him: zeros, and which counts are small. */
function leastClueOf({ value }: Cell, groups: readonly number[]): Clue {
  if (value === 0) return { groups, low: 0, high: 0 };
  return isSmallCount(value ?? 0) ? { groups, low: 1, high: 10 } : { groups, low: 11, high: Infinity };
}

/** The small counts that the published cells tell too closely: that cannot be 10, or not 6 or less, though they could by the least clues. */
function toldBy(lines: readonly Line[], published: readonly SentCell[]): Line[] {
  const clues = lines.map(({ groups }, i) => clueOf(published[i] ?? {}, groups));
  const least = lines.map(({ cell, groups }) => leastClueOf(cell, groups));
  const can = (clues: readonly Clue[], groups: readonly number[], low: number, high: number) =>
    isPossible([...clues, { groups, low, high }]);
  /** The least and the most of 1 to 10 that a count can be. */
  const bandOf = (clues: readonly Clue[], groups: readonly number[]): [number, number] => {
    let [low, high] = [1, 10];
    while (high > 1 && !can(clues, groups, high, 10)) high -= 1;
    while (low < high && !can(clues, groups, 1, low)) low += 1;
    return [low, high];
  };
  const isTold = (groups: readonly number[]) => {
    if (can(clues, groups, 10, 10) && can(clues, groups, 1, 6)) return false;
    const [low, high] = bandOf(clues, groups);
    const [leastLow, leastHigh] = bandOf(least, groups);
    return (high < 10 && leastHigh === 10) || high - low < Math.min(4, leastHigh - leastLow);
  };
  return lines.filter(({ cell, groups }) => isSmallCount(cell.value ?? 0) && isTold(groups));
}

/** Small counts hidden, and nothing else. */
const hiddenAlone = (lines: readonly Line[]) =>
  lines.map(({ cell }) => (isSmallCount(cell.value ?? 0) ? { ...cell, value: null, below: 11 } : cell));
const hiddenWell = (lines: readonly Line[]) => suppressed(lines.map(({ cell }) => cell));
const lineLists = fc.tuple(groups, levels).map(([groups, levels]) => linesOf(groups, levels));
const disclosures = (cells: readonly SentCell[]) =>
  statistic
    .rules({ ...victims, cells }, { tlp: 'CLEAR', now: Date.UTC(2026, 3, 1) })
    .filter(({ rule }) => rule.startsWith('disclosure/'));

describe('a reader who solves for every number', () => {
  test('cannot tell a small count from what is published', () => {
    fc.assert(
      fc.property(lineLists, (lines) => {
        expect(toldBy(lines, hiddenWell(lines))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('neither where a category is left out, and the rest falls short of the totals', () => {
    fc.assert(
      fc.property(lineLists, (lines) => {
        const known = lines.filter(({ cell }) => cell.category !== 'GT' && cell.category !== 'labour');
        expect(toldBy(known, hiddenWell(known))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('neither where others hid some or all small counts, and what the rules refuse is hidden too', () => {
    fc.assert(
      fc.property(lineLists, fc.infiniteStream(fc.boolean()), (lines, coins) => {
        const byHand = lines.map(({ cell }, i) =>
          coins.next().value ? cell : (hiddenAlone(lines)[i] ?? cell),
        );
        expect(toldBy(lines, suppressed(byHand))).toEqual([]);
        expect(toldBy(lines, suppressed(hiddenAlone(lines)))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('tells many where small counts alone are hidden: the attack is one', () => {
    const tables = fc.sample(lineLists, { seed: 1, numRuns: 40 });
    const broken = tables.filter((lines) => toldBy(lines, hiddenAlone(lines)).length > 0);
    expect(broken.length).toBeGreaterThan(15);
  });

  test('tells some where but one cell that was hidden beside them is published', () => {
    const tables = fc.sample(lineLists, { seed: 2, numRuns: 40 });
    const broken = tables.filter((lines) => {
      const cells = hiddenWell(lines);
      const beside = lines.findIndex(({ cell }, i) => (cell.value ?? 0) > 10 && cells[i] !== cell);
      return beside >= 0 && toldBy(lines, cells.with(beside, lines[beside]?.cell ?? {})).length > 0;
    });
    expect(broken.length).toBeGreaterThan(15);
  });
});

describe('what it leaves', () => {
  test('every figure is as it was or hidden under a bound; small ones are hidden, zeros and tables without small ones are not', () => {
    fc.assert(
      fc.property(lineLists, (lines) => {
        const sent = lines.map(({ cell }) => cell);
        const before = structuredClone(sent);
        const cells = suppressed(sent);
        expect(sent).toEqual(before);
        sent.forEach((cell, i) => {
          const value = cell.value ?? 0;
          const published = cells[i];
          if (published === cell) expect(isSmallCount(value)).toBe(false);
          else {
            expect(published).toEqual({
              ...cell,
              value: null,
              below: isSmallCount(value) ? 11 : published?.below,
            });
            expect(published?.below).toBeGreaterThan(value);
            expect(value).toBeGreaterThan(0);
          }
        });
        if (!sent.some(({ value }) => isSmallCount(value ?? 0))) expect(cells).toEqual(sent);
      }),
      { numRuns: 200 },
    );
  });

  test('is what the rules take, and is not changed again', () => {
    fc.assert(
      fc.property(lineLists, (lines) => {
        const cells = hiddenWell(lines);
        expect(disclosures(cells)).toEqual([]);
        expect(suppressed(cells)).toEqual(cells);
      }),
      { numRuns: 200 },
    );
  });

  test('so too where cells contradict each other, or say nothing', () => {
    const type = catalogue.find(({ name }) => name === 'statistic')?.type;
    if (!(type instanceof avsc.types.RecordType)) throw new Error('no statistic');
    const cellType = type.field('cells').type;
    if (!(cellType instanceof avsc.types.ArrayType)) throw new Error('no cells');
    const figures = fc.record({
      value: fc.oneof(fc.constant(null), fc.integer({ min: -1, max: 40 })),
      below: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 60 })),
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(arbitraryOf(cellType.itemsType), figures), { maxLength: 12 }),
        (drawn) => {
          const cells = drawn.map(([cell, figures]) => ({ ...Object(cell), ...figures }));
          const kept = suppressed(cells);
          expect(disclosures(kept)).toEqual([]);
          expect(suppressed(kept)).toEqual(kept);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a table of a thousand cells, most of them small, is judged in bounded work', () => {
    const cells = Array.from({ length: 400 }, (_, i) => i).flatMap((i) => [
      from(`C${i}`, 3 + (i % 40)),
      from(`C${i}`, 1, { sex: 'FEMALE' }),
      from(`C${i}`, 2 + (i % 40), { sex: 'MALE' }),
    ]);
    const kept = suppressed([
      ...cells,
      total(cells.reduce((sum, { value }, i) => sum + (i % 3 ? 0 : (value ?? 0)), 0)),
    ]);
    expect(disclosures(kept)).toEqual([]);
  });

  test('the figures of a published source, and counts of others than victims', () => {
    const cells = [total(57), total(53, { sex: 'FEMALE' }), total(4, { sex: 'MALE' })];
    const published = {
      ...victims,
      cells,
      source: { origin: 'PUBLISHED', name: 'Fuente de ejercicio' },
    } as const;
    expect(suppress(published)).toBe(published);
    const convicted = { ...victims, cells, indicator: 'PERSONS_CONVICTED' } as const;
    expect(suppress(convicted)).toBe(convicted);
  });
});
