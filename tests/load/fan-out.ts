import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from './processes.ts';
import { type Result, resultOf } from './report.ts';
import { publishOne, quantile, type Target } from './target.ts';

const rounds = 3;
const eventsARound = 10;
const betweenMs = 400;

/** Who subscribes: one reader, or several in turn; `name` is that of the results. */
export interface Audience {
  readonly name: string;
  readonly count: number;
  readonly tokens: readonly string[];
}

/** From the moment one event is sent to the moment the last of so many subscribers has it, and the memory that each costs. */
export async function measureFanOut(
  target: Target & { readonly pid: number },
  { name, count, tokens }: Audience,
): Promise<Result[]> {
  console.error(`fan-out: ${count} subscribers, ${tokens.length} readers`);
  await sleep(2_000);
  const before = residentBytes(target.pid);
  const child = fork(join(import.meta.dirname, 'subscribers.ts'), [String(target.port), String(count)], {
    env: { ...process.env, PUEBLA_TOKENS: tokens.join(' ') },
  });
  const arrivals = new Map<string, PromiseWithResolvers<number>>();
  const ready = Promise.withResolvers<void>();
  child.once('exit', (code) => ready.reject(new Error(`the subscribers ended with ${code}`)));
  child.on('message', (said: { ready?: number; marker?: string; at?: number }) => {
    if (said.ready !== undefined) ready.resolve();
    else arrivals.get(said.marker ?? '')?.resolve(said.at ?? Number.NaN);
  });
  await ready.promise;
  const each = (residentBytes(target.pid) - before) / count;

  const oneEvent = async (marker: string): Promise<number> => {
    const arrival = Promise.withResolvers<number>();
    arrivals.set(marker, arrival);
    const sent = performance.timeOrigin + performance.now();
    await publishOne(target, marker);
    const bound = setTimeout(() => arrival.reject(new Error(`${marker} did not reach everybody`)), 30_000);
    return (await arrival.promise.finally(() => clearTimeout(bound))) - sent;
  };
  const lasts: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const times: number[] = [];
    for (let n = 0; n < eventsARound; n += 1) {
      times.push(await oneEvent(`fan-${name}-${round * eventsARound + n}`));
      await sleep(betweenMs);
    }
    // The first is the warm-up.
    if (round > 0) lasts.push(quantile(times, 0.5));
  }
  child.removeAllListeners('exit');
  child.disconnect();
  await once(child, 'exit');
  return [resultOf(`fanout.${name}.last`, 'ms', lasts), resultOf(`fanout.${name}.bytes`, 'bytes', [each])];
}
