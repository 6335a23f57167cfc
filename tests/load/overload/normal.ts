import { setTimeout as sleep } from 'node:timers/promises';
import { subscribe } from '../raw-subscriber.ts';
import { publishOne, type Target } from '../target.ts';

/** A lone event is kept and has come to a live subscriber within this, so often in a row. */
const normalMs = 50;
const inARow = 10;
const betweenMs = 50;
const patienceMs = 60_000;

/** Milliseconds until a lone publisher and a live subscriber are served as on a quiet day. */
export async function untilNormal(target: Target): Promise<number> {
  const began = performance.now();
  let good = 0;
  let since = 0;
  for (let n = 0; good < inARow; n += 1) {
    const started = performance.now();
    if (started - began > patienceMs) return Number.POSITIVE_INFINITY;
    const ms = await oneEvent(target, `normal-${n}`).catch(() => Number.POSITIVE_INFINITY);
    if (ms > normalMs) good = 0;
    else if (good++ === 0) since = started - began;
    await sleep(betweenMs);
  }
  return since;
}

async function oneEvent(target: Target, id: string): Promise<number> {
  const came = Promise.withResolvers<void>();
  let rest = '';
  const socket = await subscribe(target, '?kind=alert', (text) => {
    if ((rest + text).includes(`"id":"${id}"`)) came.resolve();
    rest = text.slice(-64);
  });
  socket.once('close', () => came.reject(new Error('the stream ended')));
  try {
    const began = performance.now();
    await Promise.all([publishOne(target, id), came.promise]);
    return performance.now() - began;
  } finally {
    came.promise.catch(() => {});
    socket.destroy();
  }
}
