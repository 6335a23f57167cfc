import fc from 'fast-check';
import type { Facets } from './facets.ts';
import type { FilteredEvent } from './filter.ts';

/** Few values, so that filters and events meet often. */
export const vocabulary = {
  kind: ['alert', 'practice', 'statistic'],
  country: ['GT', 'MX', 'US', 'DO', 'VE'],
  region: ['CA4', 'CENTRAL_AMERICA', 'NORTH_AMERICA', 'CARIBBEAN'],
  publisher: ['MX', 'GT', 'mx-fgr', 'gt-pgn', 'IOM'],
  category: ['TRAFFICKING', 'SMUGGLING', 'CHILDREN', 'OTHER'],
  leg: ['RECRUITMENT', 'TRANSIT', 'EXPLOITATION', 'INCIDENT'],
  exploitation: ['FORCED_LABOUR', 'SEXUAL_EXPLOITATION'],
  group: ['WOMEN', 'CHILDREN', 'INDIGENOUS_PEOPLES'],
  severity: ['EXTREME', 'SEVERE', 'MODERATE', 'MINOR', 'UNKNOWN'],
  language: ['es', 'en', 'fr'],
} as const;
export type ListName = keyof typeof vocabulary;
export const names = Object.keys(vocabulary).filter((name): name is ListName => name in vocabulary);

const dayOf2026 = fc
  .integer({ min: 0, max: 364 })
  .map((day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString());

/** A query as somebody might write it, before order, capitals and repetition. */
export type Query = { [Name in ListName]?: string[] } & { from?: string; to?: string };

const listOf = (name: ListName) =>
  fc.array(fc.constantFrom(...vocabulary[name]), { minLength: 1, maxLength: 3 });

/** Up to four parameters: with more, hardly an event passes. */
export const query: fc.Arbitrary<Query> = fc
  .subarray([...names, 'from', 'to'] as const, { maxLength: 4 })
  .chain((chosen) =>
    fc.record(
      Object.fromEntries(
        chosen.map((name) => [name, name === 'from' || name === 'to' ? dayOf2026 : listOf(name)]),
      ),
    ),
  )
  .filter(({ from, to }: Query) => from === undefined || to === undefined || from <= to);

export function written(asked: Query): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of names) if (asked[name] !== undefined) params.set(name, asked[name].join(','));
  if (asked.from !== undefined) params.set('from', asked.from);
  if (asked.to !== undefined) params.set('to', asked.to);
  return params;
}

/** What is asked of beside its facets. */
export const event: fc.Arbitrary<FilteredEvent> = fc.record({
  kind: fc.constantFrom(...vocabulary.kind),
  agency: fc.constantFrom('mx-fgr', 'mx-inm', 'gt-pgn', 'iom-regional'),
  participant: fc.constantFrom('MX', 'GT', 'IOM'),
  accepted: fc.nat(),
});
const some = (name: ListName) => fc.subarray([...vocabulary[name]]);
const instant = fc.option(dayOf2026.map((day) => Date.parse(day)));
export const facets: fc.Arbitrary<Facets> = fc.record({
  countries: some('country'),
  category: fc.option(fc.constantFrom(...vocabulary.category)),
  legs: some('leg'),
  exploitation: some('exploitation'),
  groups: some('group'),
  severity: fc.option(fc.constantFrom(...vocabulary.severity)),
  languages: some('language'),
  from: instant,
  to: instant,
});
