import { setTimeout as sleep } from 'node:timers/promises';
import { subscribe } from './raw-subscriber.ts';

/**
 * Many subscribers in a process of their own: `subscribers.ts PORT COUNT`, tokens that they take in turn in PUEBLA_TOKENS, with spaces between. Tells its parent
 * `{ready: N}` when all of them are connected, then `{marker, at}` (epoch ms) for each marker `fan-<n>` when the last of them has it.
 */
const [port = '0', countText = '1'] = process.argv.slice(2);
const count = Number(countText);
const tokens = (process.env['PUEBLA_TOKENS'] ?? '').split(' ');
const targetOf = (n: number) => ({ port: Number(port), token: tokens[n % tokens.length] ?? '' });
const seenBy = new Map<string, number>();
const now = (): number => performance.timeOrigin + performance.now();

const take = (text: string): void => {
  const marker = /fan-[a-z\d]+-\d+/.exec(text)?.[0];
  if (marker === undefined) return;
  const seen = (seenBy.get(marker) ?? 0) + 1;
  seenBy.set(marker, seen);
  if (seen === count) process.send?.({ marker, at: now() });
};

const atOnce = 100;
for (let n = 0; n < count; n += atOnce) {
  const some = Math.min(atOnce, count - n);
  await Promise.all(
    Array.from({ length: some }, (_, index) => subscribe(targetOf(n + index), '?kind=alert', take)),
  );
}
await sleep(500);
process.send?.({ ready: count });
process.once('disconnect', () => process.exit(0));
