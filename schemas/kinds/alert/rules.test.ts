import { describe, expect, test } from 'vitest';
import type { Tlp } from '../../code-lists.ts';
import { alert } from './rules.ts';

const now = Date.UTC(2026, 3, 1);
const published = { origin: 'PUBLISHED', name: 'Fuente de ejercicio' };

/** A sound alert, with what the case changes. */
function alertWith(change: Record<string, unknown>): Record<string, unknown> {
  return {
    category: 'TRAFFICKING',
    status: 'EXERCISE',
    occurred: { from: '2026-02-10' },
    places: [{ leg: 'INCIDENT', country: 'MX' }],
    information: [{ language: 'es', headline: 'EJERCICIO' }],
    source: { origin: 'OBSERVED' },
    ...change,
  };
}

function broken(change: Record<string, unknown>, tlp: Tlp | 'unmarked' = 'GREEN'): string[] {
  return alert
    .rules(alertWith(change), { tlp: tlp === 'unmarked' ? undefined : tlp, now })
    .map(({ pointer, rule }) => `${pointer.slice(6)} ${rule}`);
}

const point = { places: [{ leg: 'INCIDENT', country: 'MX', latitude: 14.9, longitude: -92.2 }] };
const pointRefused = ['places/0/latitude disclosure/place', 'places/0/longitude disclosure/place'];

describe('of living persons, no place finer than a subdivision', () => {
  test.each<[string, Record<string, unknown>, Tlp | 'unmarked', string[]]>([
    ['at CLEAR', {}, 'CLEAR', pointRefused],
    ['at GREEN', {}, 'GREEN', pointRefused],
    ['not at AMBER', {}, 'AMBER', []],
    ['not where there is no marking: that is said already', {}, 'unmarked', []],
    ['not what was published, with its source', { source: published }, 'CLEAR', []],
    [
      'but what was published by nobody',
      { source: { origin: 'PUBLISHED', name: ' ' } },
      'CLEAR',
      ['source/name source/name', ...pointRefused],
    ],
    ['not a route', { category: 'ROUTE_CHANGE' }, 'GREEN', []],
    [
      'but a route with the groups on it',
      { category: 'ROUTE_CHANGE', groups: ['CHILDREN'] },
      'GREEN',
      pointRefused,
    ],
    [
      'but a route with its people',
      { category: 'ROUTE_CHANGE', people: { atLeast: 20 } },
      'GREEN',
      pointRefused,
    ],
    ['not the dead alone', { category: 'MISSING_OR_DEAD_MIGRANTS', people: { dead: 3 } }, 'CLEAR', []],
    [
      'but the dead with the missing, who may live',
      { category: 'MISSING_OR_DEAD_MIGRANTS', people: { deadAndMissing: 3 } },
      'CLEAR',
      [...pointRefused, 'people/deadAndMissing disclosure/people'],
    ],
    [
      'but the dead with bands of people',
      {
        category: 'MISSING_OR_DEAD_MIGRANTS',
        people: { dead: 3, bands: [{ sex: 'MALE', age: 'TOTAL', count: 3 }] },
      },
      'CLEAR',
      [...pointRefused, 'people/bands disclosure/people'],
    ],
    [
      'but the dead with as many missing',
      { category: 'MISSING_OR_DEAD_MIGRANTS', people: { dead: 3, missing: 3 } },
      'CLEAR',
      [...pointRefused, 'people/missing disclosure/people'],
    ],
    [
      'but dead or missing that are not counted',
      { category: 'MISSING_OR_DEAD_MIGRANTS' },
      'CLEAR',
      pointRefused,
    ],
  ])('%s', (_, change, tlp, expected) => {
    expect(broken({ ...point, ...change }, tlp)).toEqual(expected);
  });
});

describe('of living persons, people in bands', () => {
  test.each<[Record<string, unknown>, string[]]>([
    [{ atLeast: 1, atMost: 5 }, []],
    [{ atLeast: 20 }, []],
    [{ atLeast: 1, atMost: 4 }, ['people/atMost disclosure/people']],
    [{ atMost: 3 }, ['people/atMost disclosure/people']],
    [{ atMost: 4 }, []],
    [{ count: 50 }, ['people/count disclosure/people']],
    [{ missing: 2 }, ['people/missing disclosure/people']],
    [{ dead: 2, atLeast: 20 }, []],
  ])('%j', (people, expected) => {
    expect(broken({ people })).toEqual(expected);
    expect(broken({ people, source: published })).toEqual([]);
  });
});

test('an exact number or a band, and the band in order', () => {
  const said = (people: Record<string, unknown>) => broken({ people, source: published });
  expect(said({ atLeast: 5, atMost: 5 })).toEqual([]);
  expect(said({ atLeast: 6, atMost: 5 })).toEqual(['people/atMost alert/people']);
  expect(said({ count: 9, atLeast: 5 })).toEqual(['people/count alert/people']);
  expect(said({ count: 9, atMost: 12 })).toEqual(['people/count alert/people']);
  expect(said({ deadAndMissing: 3, missing: 1 })).toEqual(['people/deadAndMissing alert/dead-and-missing']);
  expect(said({ dead: 3, missing: 0 })).toEqual([]);
  expect(said({ bands: [{ sex: 'MALE' }, { count: -1 }] })).toEqual([
    'people/bands/0/count required',
    'people/bands/1/count range',
  ]);
});

test('a point that is null is no point', () => {
  const placed = (point: object) =>
    broken({ places: [{ leg: 'TRANSIT', country: 'MX', ...point }], source: published });
  expect(placed({ latitude: null })).toEqual([]);
  expect(placed({ latitude: null, longitude: 3 })).toEqual(['places/0/latitude alert/coordinates']);
  expect(placed({ latitude: 90, longitude: -180 })).toEqual([]);
});

test('a subdivision of a country without a register is held to its pattern', () => {
  const placed = (subdivision: string) =>
    broken({ places: [{ leg: 'TRANSIT', country: 'CO', subdivision }] });
  expect(placed('CO-NAR')).toEqual([]);
  for (const wrong of ['PE-LIM', 'CO-', 'CO-nar', 'CO-NARI', 'CO']) {
    expect(placed(wrong)).toEqual(['places/0/subdivision subdivision']);
  }
});

test('what happens may be announced, within a year', () => {
  expect(broken({ occurred: { from: '2026-12-24', to: '2027-03-31' } })).toEqual([]);
  expect(broken({ occurred: { from: '2027-04-03' } })).toEqual(['occurred/from period/far']);
});

test('lists are bounded, and texts', () => {
  const place = { leg: 'TRANSIT', country: 'MX' };
  expect(broken({ places: Array.from({ length: 201 }, () => place) })).toEqual(['places length']);
  expect(broken({ references: Array.from({ length: 101 }, (_, i) => `/v1/events/mx-fgr/${i}`) })).toEqual([
    'references length',
  ]);
  expect(broken({ information: [{ language: 'es', headline: 'x'.repeat(301) }] })).toEqual([
    'information/0/headline length',
  ]);
});

test('items that were found wrong before are passed over', () => {
  expect(
    broken({
      places: [undefined, { leg: 'TRANSIT', country: 'MX' }],
      information: [{ language: 'es', headline: 'E' }, undefined],
      groups: [undefined, 'WOMEN'],
      people: { atLeast: 9, bands: [undefined] },
      source: published,
    }),
  ).toEqual([]);
});

describe('facets', () => {
  test('an alert of one day ends with that day', () => {
    const { from, to } = alert.facets(alertWith({}));
    expect([from, to]).toEqual([Date.UTC(2026, 1, 10), Date.UTC(2026, 1, 11) - 1]);
  });

  test('each country, leg and group is there once, and gravity that is not said is UNKNOWN', () => {
    const places = ['GT', 'MX', 'GT'].map((country) => ({ leg: 'TRANSIT', country }));
    expect(
      alert.facets(alertWith({ places, groups: ['WOMEN'], exploitation: ['FORCED_LABOUR'] })),
    ).toMatchObject({
      countries: ['GT', 'MX'],
      category: 'TRAFFICKING',
      legs: ['TRANSIT'],
      exploitation: ['FORCED_LABOUR'],
      groups: ['WOMEN'],
      severity: 'UNKNOWN',
      languages: ['es'],
    });
  });

  test('of nothing there are none', () => {
    expect(alert.facets({})).toMatchObject({ countries: [], category: null, from: null, to: null });
  });
});
