import { expect, test } from '@jest/globals';
import { runSoak } from './run.ts';

/** Every promise. This seed kills PostgreSQL, everything, Node and Kafka, and stops Kafka for 20 s. */

const minutes = 2;
const seed = 10;

test('two minutes under faults are clean', async () => {
  const { verdict, figures, faults, notHealed } = await runSoak({ minutes, seed, say: () => {} });
  console.log(JSON.stringify({ faults: faults.map(({ fault }) => fault), figures }));
  expect(notHealed).toBeUndefined();
  expect(verdict).toEqual({ ok: true, violations: [] });
  expect(figures['gaps']).toBe(0);
  expect(figures['acknowledged']).toBeGreaterThan(1_000);
  expect(new Set(faults.map(({ fault }) => JSON.stringify(fault))).size).toBeGreaterThanOrEqual(4);
}, 600_000);
