import { expect, test } from '@jest/globals';
import { runSoak } from './run.ts';

/** Every promise. This seed swallows requests, kills Kafka, fills the disk, kills PostgreSQL and cuts all connections. */

const minutes = 2;
const seed = 2;

test('two minutes under faults are clean', async () => {
  const { verdict, figures, faults, brokenOff } = await runSoak({ minutes, seed, say: () => {} });
  console.log(JSON.stringify({ faults: faults.map(({ fault }) => fault), figures }));
  expect(brokenOff).toBeUndefined();
  expect(verdict).toEqual({ ok: true, violations: [] });
  expect(figures['gaps']).toBe(0);
  expect(figures['acknowledged']).toBeGreaterThan(1_000);
  expect(new Set(faults.map(({ fault }) => JSON.stringify(fault))).size).toBeGreaterThanOrEqual(4);
}, 600_000);
