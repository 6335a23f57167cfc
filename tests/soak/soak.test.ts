import { expect, test } from 'vitest';
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
  // Without these the promises about handling would be kept for want of a case.
  for (const tlp of ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT']) expect(figures[tlp]).toBeGreaterThan(200);
  for (const what of ['RED', 'decisions', 'sponsored', 'cases taken back'])
    expect(figures[what]).toBeGreaterThan(2);
  expect(figures['asked who is to acknowledge']).toBeGreaterThan(20);
  expect(figures['lines overdue']).toBeGreaterThan(5);
  expect(figures['cases']).toBeGreaterThan(20);
  expect(figures['void steps']).toBeGreaterThan(0);
  expect(figures['versions']).toBeGreaterThan(20);
  expect(figures['acknowledgements']).toBeGreaterThan(20);
  expect(figures['recalls']).toBeGreaterThan(20);
  expect(figures['withdrawn']).toBeGreaterThan(100);
  expect(figures['asked of the library meanwhile']).toBeGreaterThan(200);
  expect(figures['changes of the directory']).toBeGreaterThan(5);
  expect(figures['nothing there, by address']).toBeGreaterThan(100);
  expect(new Set(faults.map(({ fault }) => JSON.stringify(fault))).size).toBeGreaterThanOrEqual(4);
}, 600_000);
