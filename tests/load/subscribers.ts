import { setTimeout as sleep } from 'node:timers/promises';
import { subscribe } from './raw-subscriber.ts';

/**
 * Many subscribers in a process of their own: `subscribers.ts PORT COUNT`, the token in PUEBLA_TOKEN. Tells its parent
 * `{ready: N}` when all of them are connected, then `{marker, at}` (epoch ms) for each marker `fan-<n>` when the last of them has it.
 */
const [port = '0', countText = '1'] = process.argv.slice(2);
const count = Number(countText);
const target = { port: Number(port), token: process.env['PUEBLA_TOKEN'] ?? '' };
const seenBy = new Map<string, number>();
const now = (): number => performance.timeOrigin + performance.now();

const take = (text: string): void => {
  const marker = /fan-\d+-\d+/.exec(text)?.[0];
  if (marker === undefined) return;
  const seen = (seenBy.get(marker) ?? 0) + 1;
  seenBy.set(marker, seen);
  if (seen === count) process.send?.({ marker, at: now() });
};

const atOnce = 100;
for (let n = 0; n < count; n += atOnce) {
  const some = Math.min(atOnce, count - n);
  await Promise.all(Array.from({ length: some }, () => subscribe(target, '?kind=alert', take)));
}
await sleep(500);
process.send?.({ ready: count });
process.once('disconnect', () => process.exit(0));
