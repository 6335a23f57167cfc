import { expect, test } from '@jest/globals';
import { statistic } from './rules.ts';

const now = Date.UTC(2026, 3, 1);
const published = { origin: 'PUBLISHED', name: 'Fuente de ejercicio' };

function broken(cells: Record<string, unknown>[], change: Record<string, unknown> = {}): string[] {
  const data = {
    country: 'SV',
    period: { from: '2025-01-01', to: '2025-12-31' },
    indicator: 'DETECTED_VICTIMS',
    cells: cells.map((cell) => ({ dimension: 'TOTAL', category: 'Total', ...cell })),
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

test('a cell that its source said twice is kept twice', () => {
  expect(broken([{ value: 41 }, { value: 41 }])).toEqual([]);
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
