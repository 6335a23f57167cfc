import { expect, test } from 'vitest';
import { crossingPointOf } from '../../crossing-points.ts';
import table from './agreements.json' with { type: 'json' };
import { agreedPairOf, agreedPairs, deadlinesOf } from './agreements.ts';

test('each pair of states has one agreement, whose points lie in the receiving state', () => {
  const names = agreedPairs.map(({ sending, receiving }) => `${sending} ${receiving}`);
  expect([...names].sort()).toEqual(['MX GT', 'MX HN', 'MX NI', 'MX SV']);
  for (const { points, receiving, hours } of agreedPairs) {
    expect(points.length).toBeGreaterThan(0);
    for (const id of points) expect([id, crossingPointOf(id)?.country]).toEqual([id, receiving]);
    for (const hour of [hours.from, hours.to]) expect(hour).toMatch(/^([01]\d|2[0-3]):[0-5]\d$/);
    expect(hours.from < hours.to).toBe(true);
  }
});

test('what no source gives is marked as invented', () => {
  const bases = [...table.agreements.flatMap(({ pairs }) => pairs), table.elsewhere].map(
    ({ basis }) => basis,
  );
  expect(new Set(bases)).toEqual(new Set(['EXERCISE']));
});

test('two states without an agreement have the general deadlines; the other way is another pair', () => {
  expect(agreedPairOf('NI', 'MX')).toBeUndefined();
  expect(deadlinesOf('NI', 'MX')).toEqual(table.elsewhere.deadlines);
  expect(deadlinesOf('MX', 'NI')).toEqual(agreedPairOf('MX', 'NI')?.deadlines);
  expect(deadlinesOf('MX', 'NI')).not.toEqual(table.elsewhere.deadlines);
});
