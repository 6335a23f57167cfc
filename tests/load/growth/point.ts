/**
 * One point of the growth table, as a process of its own: `point.ts EVENTS` starts an exchange, fills it, measures it, and
 * prints its figures as one line of JSON; progress goes to stderr.
 */

import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { participants } from '@puebla/schemas';
import { type ChildExchange, startChildExchange } from '../../child-exchange.ts';
import { cpuMs, residentBytes, serverBytes } from '../processes.ts';
import { publishOne, quantile, type Target } from '../target.ts';
import { addressMs, median, pageMs, publishRate, resumeRate } from './figures.ts';
import { type Servers, writeHistory } from './history.ts';
import type { Point } from './points.ts';

const agency = 'mx-fgr';
/** As many events in the last 24 hours at each size: they are what a start reads back. */
const dayEvents = 10_000;
const settleMs = 5_000;
const reportEveryMs = 10_000;
const megabyte = 1024 * 1024;

const events = Number(process.argv[2]);
const exchange = await startChildExchange({ LOG_LEVEL: 'error' });
try {
  console.log(JSON.stringify(await measure(exchange)));
} finally {
  await exchange.close();
}

async function measure(exchange: ChildExchange): Promise<Point> {
  await fill('old', events);
  const cursor = await publishOne(await targetOf(exchange), 'growth-day');
  await fill('day', dayEvents);
  const cpus: number[] = [];
  const startMs = await median(async () => {
    await exchange.stop();
    const { readyMs } = await exchange.start();
    cpus.push(cpuMs(exchange));
    return readyMs;
  });
  const unready = (await (await fetch(`${exchange.url}/readyz`)).text()).match(/^failed .*$/m);
  if (unready !== null) throw new Error(`not ready after a start: ${unready[0]}`);
  await sleep(settleMs);
  const nodeMb = residentBytes(exchange.pid) / megabyte;
  const serversMb = serverBytes(exchange) / megabyte;
  const target = await targetOf(exchange);
  const of = {
    events,
    participants: participants.length,
    yardstick: hashesPerSecond(),
    startMs,
    startCpuMs: quantile(cpus, 0.5),
    nodeMb,
    serversMb,
  };
  console.error(`growth: ${JSON.stringify(of)}`);
  const pageMedian = await pageMs(target);
  const addressMedian = await addressMs(target, 'old', events);
  const resume = await resumeRate(target, cursor, dayEvents);
  const publish = await publishRate(target);
  const busyMb = residentBytes(exchange.pid) / megabyte;
  return { ...of, pageMs: pageMedian, addressMs: addressMedian, resume, publish, busyMb };
}

async function targetOf({ url, token }: ChildExchange): Promise<Target> {
  return { url, port: Number(new URL(url).port), token: await token(agency), agency };
}

/** How much of the machine there is for one thread, beside whatever else it does: a thousand of SHA-256 over 1 KB a second. */
function hashesPerSecond(): number {
  const kilobyte = Buffer.alloc(1_024);
  const began = performance.now();
  let count = 0;
  for (; performance.now() - began < 1_000; count += 1) hash('sha256', kilobyte);
  return count / 1_000;
}

/** Writes so many events, and waits until the library has them. */
async function fill(prefix: 'old' | 'day', count: number): Promise<void> {
  const { addresses } = JSON.parse(readFileSync(join(exchange.home, 'run', 'exchange.json'), 'utf8'));
  const before = await applied();
  const began = performance.now();
  let written = 0;
  const report = async (): Promise<void> => {
    const seconds = (performance.now() - began) / 1_000;
    const done = (await applied()) - before;
    const left = (seconds * (count - done)) / Math.max(done, 1);
    console.error(
      `growth: ${prefix}, ${written} of ${count} written; applied ${done}, ` +
        `${Math.round(done / seconds)} a second, ${Math.round(left)} s left`,
    );
  };
  const reporting = setInterval(() => void report(), reportEveryMs);
  try {
    await writeHistory(addresses as Servers, {
      prefix,
      count,
      old: prefix === 'old',
      onProgress: (n) => {
        written = n;
      },
    });
    while ((await applied()) - before < count) await sleep(500);
    await report();
  } finally {
    clearInterval(reporting);
  }
}

/** Events that the library has applied since it started. */
async function applied(): Promise<number> {
  const text = await (await fetch(`${exchange.url}/metrics`)).text();
  return [...text.matchAll(/^puebla_library_applied_total\{[^}]*\} (\d+)$/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
}
