import { subscribe } from './raw-subscriber.ts';
import { type Result, resultOf } from './report.ts';
import type { Target } from './target.ts';

const rounds = 3;
const events = 100_000;

/** Events a second that a stream gives which resumes 100,000 events back, all of them its own. */
export async function measureResume(target: Target, cursor: string): Promise<Result[]> {
  const rates: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`resume: round ${round} of ${rounds}`);
    const began = performance.now();
    await readFrom(target, cursor, events, `?publisher=${target.agency}`);
    rates.push((events * 1_000) / (performance.now() - began));
  }
  return [resultOf('resume', 'events/s', rates)];
}

/** Reads a stream from a cursor until so many events have come. */
export async function readFrom(
  target: Target,
  cursor: string,
  events: number,
  filter = '?kind=alert,practice,statistic',
): Promise<void> {
  const whole = Promise.withResolvers<void>();
  let seen = 0;
  let rest = '';
  const query = `${filter}&cursor=${encodeURIComponent(cursor)}`;
  const socket = await subscribe(target, query, (text) => {
    const parts = (rest + text).split('\ndata:');
    rest = parts.at(-1)?.slice(-6) ?? '';
    seen += parts.length - 1;
    if (seen >= events) whole.resolve();
  });
  socket.once('close', () => whole.reject(new Error(`the stream ended after ${seen} events`)));
  await whole.promise;
  socket.destroy();
}
