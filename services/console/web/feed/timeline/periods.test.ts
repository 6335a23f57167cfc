import { describe, expect, test } from 'vitest';
import { type Count, dayOf, instantsOf, mostBars, timelineOf } from './periods.ts';

const count = (period: string | null, category: string | null, n: number): Count => ({
  period,
  kind: 'alert',
  category,
  count: n,
});

test('a bar a period, also where nothing was; the foremost series first, then the largest; what has no date is in none', () => {
  const { bars, series, most } = timelineOf(
    [
      count('2026-01', 'SMUGGLING', 2),
      count('2026-03', 'TRAFFICKING', 1),
      count('2026-03', 'OTHER', 5),
      count('2026-03', null, 1),
      count(null, 'OTHER', 9),
    ],
    'month',
  );
  expect(series.map(({ key, count }) => [key, count])).toEqual([
    ['TRAFFICKING', 1],
    ['SMUGGLING', 2],
    ['OTHER', 5],
    ['alert', 1],
  ]);
  expect(bars).toEqual([
    { period: '2026-01', count: 2, parts: [0, 2, 0, 0] },
    { period: '2026-02', count: 0, parts: [0, 0, 0, 0] },
    { period: '2026-03', count: 7, parts: [1, 0, 5, 1] },
  ]);
  expect(most).toBe(7);
});

test('days go over the ends of months and leap years', () => {
  const { bars } = timelineOf([count('2024-02-28', null, 1), count('2024-03-01', null, 1)], 'day');
  expect(bars.map(({ period }) => period)).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
});

test('of too many the newest are shown', () => {
  const { bars } = timelineOf([count('2020-01-01', null, 1), count('2026-01-01', null, 1)], 'day');
  expect([bars.length, bars.at(-1)?.period]).toEqual([mostBars, '2026-01-01']);
});

test('nothing is no bar', () => {
  expect(timelineOf([], 'day')).toEqual({ series: [], bars: [], most: 0 });
});

describe('periods in a zone', () => {
  const said = (first: string, last: string, by: 'day' | 'month' | 'year', zone: string) => {
    const { from, to } = instantsOf(first, last, by, zone);
    return [new Date(from).toISOString(), new Date(to).toISOString()];
  };
  test.each([
    ['2026-02', '2026-12', 'month', 'UTC', '2026-02-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z'],
    ['2025', '2025', 'year', 'America/Guatemala', '2025-01-01T06:00:00.000Z', '2026-01-01T05:59:59.999Z'],
    // Of 23 hours: the clocks go on.
    [
      '2026-03-08',
      '2026-03-08',
      'day',
      'America/New_York',
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T03:59:59.999Z',
    ],
  ] as const)('%s to %s by %s in %s', (first, last, by, zone, from, to) => {
    expect(said(first, last, by, zone)).toEqual([from, to]);
  });

  test('the day of an instant is that of its clocks', () => {
    expect(dayOf(Date.UTC(2026, 0, 1, 5, 59), 'America/Guatemala')).toBe('2025-12-31');
  });
});
