import fc from 'fast-check';

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

export const dayOf2026 = fc
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
