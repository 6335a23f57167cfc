import { expect, test } from 'vitest';
import { statistic } from './rules.ts';

const now = Date.UTC(2026, 3, 1);
const published = { origin: 'PUBLISHED', name: 'Fuente de ejercicio' };

function broken(cells: Record<string, unknown>[], change: Record<string, unknown> = {}): string[] {
  const data = {
    country: 'SV',
    period: { from: '2025-01-01', to: '2025-12-31' },
    indicator: 'DETECTED_VICTIMS',
    cells: cells.map((cell, i) => ({ dimension: 'CITIZENSHIP', category: `País ${i}`, ...cell })),
    source: { origin: 'OBSERVED' },
    ...change,
  };
  return statistic
    .rules(data, { tlp: 'CLEAR', now })
    .map(({ pointer, rule }) => `${pointer.slice(6)} ${rule}`);
}

const small = 'disclosure/small-count';

test('counts of victims from 1 to 10 are refused, and bounds that say as much', () => {
  expect(broken([{ value: 0 }, { value: 1 }, { value: 10 }, { value: 11 }])).toEqual([
    `cells/1/value ${small}`,
    `cells/2/value ${small}`,
  ]);
  // Below one is none, which is no count of anybody.
  expect(broken([{ below: 11 }, { below: 10 }, { below: 2 }, { below: 1 }])).toEqual([
    `cells/1/below ${small}`,
    `cells/2/below ${small}`,
  ]);
});

test('what a named source published keeps its figures', () => {
  expect(broken([{ value: 4 }, { below: 5 }], { source: published })).toEqual([]);
});

test.each([
  ['PERSONS_PROSECUTED', []],
  ['PERSONS_CONVICTED', []],
  ['PERSONS_IN_FORMAL_CONTACT', []],
  ['OFFENCES', []],
  ['ASSISTED_VICTIMS', [`cells/0/value ${small}`]],
  ['RETURNED_PERSONS', [`cells/0/value ${small}`]],
  ['OTHER', [`cells/0/value ${small}`]],
])('small counts of %s', (indicator, expected) => {
  expect(broken([{ value: 4 }], { indicator })).toEqual(expected);
});

const total = { dimension: 'TOTAL', category: 'Total' };
const reveals = 'disclosure/reveals';

test('cells that would give a small count away are refused with it', () => {
  expect(broken([{ ...total, value: 57 }, { value: 53 }, { value: 4 }])).toEqual([
    `cells/1/value ${reveals}`,
    `cells/2/value ${small}`,
  ]);
});

test('so they are where the small count was hidden, and they were not', () => {
  expect(broken([{ ...total, value: 57 }, { value: 53 }, { below: 11 }])).toEqual([
    `cells/1/value ${reveals}`,
  ]);
  expect(broken([{ ...total, value: 57 }, { below: 57 }, { below: 11 }])).toEqual([]);
  // What is hidden under a bound above 11 is known to be above 10: the other one is 1.
  expect(broken([{ ...total, value: 12 }, { below: 12 }, { below: 11 }])).toEqual([
    `cells/0/value ${reveals}`,
  ]);
});

test('a difference over several totals is a difference', () => {
  const cells = [
    { ...total, value: 90 },
    { ...total, sex: 'FEMALE', age: 'FROM_0_TO_17', value: 30 },
    { ...total, sex: 'FEMALE', age: 'FROM_18', below: 11 },
    { ...total, sex: 'MALE', value: 55 },
  ];
  // No cell says how many are female: 90 less 55.
  expect(broken(cells)).toHaveLength(1);
  expect(broken(cells)[0]).toContain(reveals);
});

test('a cell that its source said twice is kept twice', () => {
  expect(
    broken([
      { ...total, value: 41 },
      { ...total, value: 41 },
    ]),
  ).toEqual([]);
});

test('a cell that was found wrong before is passed over', () => {
  expect(broken([], { cells: [undefined, { dimension: 'TOTAL', category: 'Total', value: 41 }] })).toEqual(
    [],
  );
});

test('the facets: its country, its indicator, the whole of its period', () => {
  expect(
    statistic.facets({
      country: 'SV',
      indicator: 'OFFENCES',
      period: { from: '2025-01-01', to: '2025-12-31' },
      information: [{ language: 'fr' }],
    }),
  ).toEqual({
    countries: ['SV'],
    category: 'OFFENCES',
    legs: [],
    exploitation: [],
    groups: [],
    severity: null,
    languages: ['fr'],
    from: Date.UTC(2025, 0, 1),
    to: Date.UTC(2026, 0, 1) - 1,
  });
});
