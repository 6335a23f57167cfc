import { metricEntries, metricList } from '@puebla/schemas';
import { expect, test } from 'vitest';
import { samplesIn } from './exposition.ts';
import { createMetrics, labelValues } from './metrics.ts';
import type { ServiceName } from './service-names.ts';

const samples = async (...services: ServiceName[]) =>
  samplesIn((await createMetrics(...(services.length === 0 ? [] : [services])).exposition()).text);

test('every series of the list is there from the start, at zero, so that a rate has a beginning, and nothing else', async () => {
  const found = await samples();
  for (const { name, type, labels, of } of metricEntries) {
    if (type === 'histogram' || of.includes('runtime') || name === metricList.build.name) continue;
    const sizes = Object.values(labels).map((set) => labelValues[set].length);
    const series = found.filter((sample) => sample.name === name);
    expect([name, series.length]).toEqual([name, sizes.reduce((product, size) => product * size, 1)]);
    expect([name, series.filter(({ value }) => value !== 0)]).toEqual([name, []]);
  }
  const names = new Set(found.map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')));
  expect([...names].sort()).toEqual(metricEntries.map(({ name }) => name).sort());
});

test('what the process itself says is measured each time it is told', async () => {
  const metrics = createMetrics();
  const told = async (name: string) =>
    samplesIn((await metrics.exposition()).text).find((sample) => sample.name === name)?.value ?? Number.NaN;
  expect(await told(metricList.heap.name)).toBeGreaterThan(1_000_000);
  for (let began = process.cpuUsage(); process.cpuUsage(began).user < 50_000; );
  const before = await told(metricList.cpu.name);
  expect(before).toBeGreaterThan(0.04);
  for (let began = process.cpuUsage(); process.cpuUsage(began).user < 50_000; );
  expect(await told(metricList.cpu.name)).toBeGreaterThan(before + 0.04);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await told(metricList.loopDelay.name)).toBeGreaterThan(0);
});

test('a process has the series of its own services alone', async () => {
  const found = await samples('library');
  const has = (name: string) => found.filter((sample) => sample.name === name);
  expect(has(metricList.published.name)).toEqual([]);
  expect(has(metricList.silent.name)).toEqual([]);
  expect(new Set(has(metricList.lagRecords.name).map(({ labels }) => labels['service']))).toEqual(
    new Set(['library']),
  );
});

test('what is looked up is looked up before it is told, no oftener than it says, and waited for a second', async () => {
  const metrics = createMetrics();
  let looked = 0;
  metrics.onScrape(() => metrics.subscribers.set(7));
  metrics.onScrape(() => {
    looked += 1;
  }, 60_000);
  metrics.onScrape(() => Promise.reject(new Error('the database is away')));
  metrics.onScrape(() => new Promise(() => {}));
  const began = performance.now();
  expect((await metrics.exposition()).text).toContain('puebla_subscribers 7');
  await metrics.exposition();
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(looked).toBe(1);
});

test('two exchanges in one process count apart', async () => {
  const [one, two] = [createMetrics(), createMetrics()];
  one.refused.inc({ reason: 'invalid' }, 3);
  expect((await one.exposition()).text).toContain('puebla_refused_total{reason="invalid"} 3');
  expect((await two.exposition()).text).toContain('puebla_refused_total{reason="invalid"} 0');
});
