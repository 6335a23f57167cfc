import fc from 'fast-check';
import { expect, test } from 'vitest';
import { event, facets, type ListName, names, type Query, query, written } from './arbitrary-filter.ts';
import type { Facets } from './facets.ts';
import { type FilteredEvent, matches, parseFilter } from './filter.ts';

test('agrees with the words of the design, said the long way', () => {
  let taken = 0;
  fc.assert(
    fc.property(query, event, facets, (asked, happened, said) => {
      const answer = matches(filterOf(asked), happened, said);
      if (answer) taken++;
      expect(answer).toBe(oracle(asked, happened, said));
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(50);
});

test('both ends of from and to belong to them', () => {
  const event = { kind: 'alert', agency: 'mx-fgr', participant: 'MX', accepted: 0 };
  const none = {
    countries: [],
    category: null,
    legs: [],
    exploitation: [],
    groups: [],
    severity: null,
    languages: [],
  };
  const within = (from: number, to: number) => matches({ from: 10, to: 20 }, event, { ...none, from, to });
  expect([within(20, 30), within(0, 10), within(15, 16), within(0, 30)]).toEqual([true, true, true, true]);
  expect([within(21, 30), within(0, 9)]).toEqual([false, false]);
});

/** One value of one parameter, on its own. */
const asks: Record<ListName, (value: string, event: FilteredEvent, facets: Facets) => boolean> = {
  kind: (value, event) => event.kind === value,
  country: (value, _, facets) => facets.countries.includes(value),
  region: (value, _, facets) =>
    ({
      CA4: ['GT', 'SV', 'HN', 'NI'],
      CENTRAL_AMERICA: ['BZ', 'CR', 'SV', 'GT', 'HN', 'NI', 'PA'],
      NORTH_AMERICA: ['CA', 'MX', 'US'],
      CARIBBEAN: ['DO', 'JM'],
    })[value]?.some((country) => facets.countries.includes(country)) ?? false,
  publisher: (value, event) => event.participant === value || event.agency === value,
  category: (value, _, facets) => facets.category === value,
  leg: (value, _, facets) => facets.legs.includes(value),
  exploitation: (value, _, facets) => facets.exploitation.includes(value),
  group: (value, _, facets) => facets.groups.includes(value),
  severity: (value, _, facets) => {
    const weight: Record<string, number> = { EXTREME: 4, SEVERE: 3, MODERATE: 2, MINOR: 1, UNKNOWN: 0 };
    return facets.severity !== null && (weight[facets.severity] ?? -1) >= (weight[value] ?? 9);
  },
  language: (value, _, facets) => facets.languages.includes(value),
};

function oracle(asked: Query, event: FilteredEvent, facets: Facets): boolean {
  const lists = names.every((name) => asked[name]?.some((value) => asks[name](value, event, facets)) ?? true);
  const from = asked.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(asked.from);
  const to = asked.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(asked.to);
  const isAsked = asked.from !== undefined || asked.to !== undefined;
  const begin = facets.from ?? Number.NaN;
  const end = facets.to ?? Number.POSITIVE_INFINITY;
  return lists && (!isAsked || (begin <= to && end >= from));
}

function filterOf(asked: Query) {
  const parsed = parseFilter(written(asked));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.violations));
  return parsed.filter;
}
