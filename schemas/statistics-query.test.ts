import { expect, test } from 'vitest';
import { parseStatisticsQuery } from './statistics-query.ts';

const parse = (query: string) => parseStatisticsQuery(new URLSearchParams(query));

test('months in UTC of all there is, unless told otherwise', () => {
  expect(parse('')).toEqual({ ok: true, query: { filter: {}, by: 'month', zone: 'UTC' } });
  expect(parse('since=earliest')).toEqual(parse(''));
});

test('filter, unit, zone and since are read together', () => {
  expect(parse('by=DAY&zone=america/guatemala&country=gt,MX&since=2026-01-31T18:00:00Z')).toEqual({
    ok: true,
    query: {
      filter: { country: ['GT', 'MX'] },
      by: 'day',
      zone: 'America/Guatemala',
      since: Date.UTC(2026, 0, 31, 18),
    },
  });
});

test.each([
  ['by=week', '/by'],
  ['by=day,month', '/by'],
  ['zone=America/Atlantis', '/zone'],
  ['zone=', '/zone'],
  ['since=yesterday', '/since'],
  ['country=XX', '/country'],
  ['limit=5', '/limit'],
])('%s is refused at %s', (query, pointer) => {
  const parsed = parse(query);
  expect(parsed.ok ? [] : parsed.violations.map((one) => one.pointer)).toEqual([pointer]);
});
