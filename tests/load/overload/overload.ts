import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { participantOf } from '@puebla/schemas';
import type { ChildExchange } from '../../child-exchange.ts';
import { alertBodies } from '../../exchange.ts';
import { metricOf } from '../../metric.ts';
import { loadPosts } from '../load.ts';
import { residentBytes } from '../processes.ts';
import { type Result, resultOf } from '../report.ts';
import type { Target } from '../target.ts';
import { idsInLibrary, idsInLog, laneEnd } from './found.ts';
import { untilNormal } from './normal.ts';
import type { Told } from './storm.ts';

const stormSeconds = 60;
const timesCapacity = 10;
const slowSubscribers = 500;
const capacityConnections = 128;
const capacitySeconds = 5;
/** Memory is compared from then on: caches, queues and buffers have filled. */
const warmUpSeconds = 20;
const libraryWithinMs = 120_000;
const megabyte = 1024 * 1024;

/** Ten times what the exchange can take for a minute, beside 500 slow subscribers, and what became of it and of the events. */
export async function measureOverload(
  exchange: ChildExchange,
  target: Target,
  kafka: string,
): Promise<Result[]> {
  const partition = participantOf('MX')?.lane ?? 0;
  await capacityOf(target);
  const capacity = await capacityOf(target);
  const from = await laneEnd(kafka, partition);
  const env = { ...process.env, PUEBLA_TOKEN: target.token };
  const slow = fork(
    join(import.meta.dirname, 'slow-subscribers.ts'),
    [String(target.port), String(slowSubscribers)],
    { env },
  );
  await said(slow, 'ready');
  console.error(`overload: ${Math.round(capacity)} a second can be taken; ten times as many are offered`);
  const file = join(exchange.home, 'acknowledged');
  const args = [target.port, stormSeconds, Math.round(capacity * timesCapacity), file].map(String);
  const memory = watchMemory(exchange.pid);
  const storm = fork(join(import.meta.dirname, 'storm.ts'), args, { env });
  const telling = said<Told>(storm, 'told');
  await said(storm, 'sent');
  const recoveredMs = await untilNormal(target);
  const samples = memory.stop();
  const told = await telling;
  slow.disconnect();
  console.error(`overload: ${JSON.stringify(told)}`);
  const evicted = await metricOf(exchange, 'puebla_evictions_total{reason="slow"}');
  const acknowledged = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const seen = await idsInLog(kafka, { partition, from });
  const lost = acknowledged.filter((id) => !seen.has(id)).length;
  const twice = [...seen.values()].filter((count) => count > 1).length;
  const missing = await missingInLibrary(exchange, target.agency, acknowledged);

  const one = (name: string, unit: string, value: number): Result =>
    resultOf(`overload.${name}`, unit, [value]);
  const { statuses } = told;
  return [
    one('capacity', 'events/s', capacity),
    one('offered', 'events/s', (told.offered + told.withheld) / stormSeconds),
    one('sent', 'events/s', told.offered / stormSeconds),
    one('acknowledged', 'events', acknowledged.length),
    one('refused', 'events', (statuses['429'] ?? 0) + (statuses['503'] ?? 0)),
    one('refused.429', 'events', statuses['429'] ?? 0),
    one('refused.503', 'events', statuses['503'] ?? 0),
    one('cut', 'events', statuses['0'] ?? 0),
    one('no-retry-after', 'answers', told.withoutRetryAfter),
    one('evicted', 'slow subscribers', Number.isNaN(evicted) ? 0 : evicted),
    one('lost', 'events', lost),
    one('twice', 'events', twice),
    one('library.missing', 'events', missing),
    ...memoryResults(samples).map(([name, value]) => one(`memory.${name}`, 'MB', value)),
    one('recovery', 'ms', recoveredMs),
  ];
}

let load = 0;

/** Single POSTs a second that are taken, without anything else. */
async function capacityOf({ port, token }: Target): Promise<number> {
  load += 1;
  const bodyOf = alertBodies();
  const { perSecond } = await loadPosts({
    port,
    connections: capacityConnections,
    seconds: capacitySeconds,
    headers: { 'Content-Type': 'application/cloudevents+json', Authorization: `Bearer ${token}` },
    body: (n) => bodyOf(`capacity-${load}-${n}`),
  });
  return perSecond;
}

/** What a child says under that name; rejects when it ends before. */
function said<T>(child: ChildProcess, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: Record<string, T>) => {
      if (name in message) resolve(message[name] as T);
    });
    child.once('exit', (code) => reject(new Error(`a child ended with ${code} before it said ${name}`)));
  });
}

function watchMemory(pid: number): { stop(): number[] } {
  const samples = [residentBytes(pid)];
  const timer = setInterval(() => samples.push(residentBytes(pid)), 1_000);
  return {
    stop() {
      clearInterval(timer);
      return samples;
    },
  };
}

/** Growth is that of the last ten seconds of the storm over the ten that follow the warm-up. */
function memoryResults(samples: readonly number[]): [name: string, megabytes: number][] {
  const mean = (from: number, to: number): number => {
    const some = samples.slice(from, to);
    return some.reduce((sum, bytes) => sum + bytes, 0) / some.length / megabyte;
  };
  console.error(`overload: MB a second: ${samples.map((bytes) => Math.round(bytes / megabyte)).join(' ')}`);
  return [
    ['start', (samples[0] ?? 0) / megabyte],
    ['max', Math.max(...samples) / megabyte],
    ['end', (samples.at(-1) ?? 0) / megabyte],
    ['growth', mean(stormSeconds - 10, stormSeconds) - mean(warmUpSeconds, warmUpSeconds + 10)],
  ];
}

/** Waits for the library, and counts what it has not by then. */
async function missingInLibrary(
  exchange: ChildExchange,
  agency: string,
  acknowledged: readonly string[],
): Promise<number> {
  const deadline = Date.now() + libraryWithinMs;
  for (;;) {
    const have = await idsInLibrary(exchange.databaseUrl(), agency);
    const missing = acknowledged.filter((id) => !have.has(id)).length;
    if (missing === 0 || Date.now() > deadline) return missing;
    await sleep(2_000);
  }
}
