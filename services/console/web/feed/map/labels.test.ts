import { expect, test } from 'vitest';
import { labelsOf } from './labels.ts';
import type { Drawing } from './shapes.ts';
import { whole } from './sight.ts';

const countries = [
  { code: 'GT', middle: [100, 100] },
  { code: 'MX', middle: [60, 60] },
  { code: 'BZ', middle: [104, 102] },
];
const drawing = { width: 400, height: 300, countries } as unknown as Drawing;
const counts = [
  { country: 'MX', count: 9 },
  { country: 'GT', count: 7 },
  { country: 'BZ', count: 2 },
];
const cluster = (x: number, y: number, radius: number) =>
  ({ at: [x, y], radius, count: 5, name: 'a/b' }) as const;

test('a number stands in the middle of its country where nothing else does', () => {
  const labels = labelsOf(counts.slice(0, 2), drawing, whole, []);
  expect(labels.map(({ country, at }) => [country, ...at])).toEqual([
    ['MX', 60, 60],
    ['GT', 100, 100],
  ]);
});

test('it gives way to what is gathered there and to larger numbers, and is left out where there is no room', () => {
  const gathered = [cluster(100, 100, 12), cluster(60, 66, 5)];
  const labels = labelsOf(counts, drawing, whole, gathered);
  expect(labels.map(({ country }) => country)).toEqual(['MX', 'GT', 'BZ']);
  for (const { at, country } of labels) {
    for (const { at: point, radius } of gathered)
      expect(Math.abs(at[0] - point[0]) > radius || Math.abs(at[1] - point[1]) > radius).toBe(true);
    for (const other of labels.filter((one) => one.country !== country))
      expect(Math.hypot(other.at[0] - at[0], other.at[1] - at[1])).toBeGreaterThan(15);
  }
  expect(labelsOf(counts, drawing, whole, [cluster(90, 90, 120)])).toEqual([]);
});
