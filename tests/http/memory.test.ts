import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent } from '../exchange.ts';
import { types } from './ask.ts';
import { startTestGateway } from './gateway-alone.ts';

/** In a process of its own: what the feeds and the library do with 100,000 events is another matter. */

const count = 100_000;
const pieceChars = 60_000;
/** Each event is sent a few times, at once: the log that all tests share need not hold 100,000. */
const linesAnEvent = 5;

test('an upload of 100,000 lines takes no more memory than a short one, and is told how far it is all the while', async () => {
  const run = randomUUID();
  const [before = '', after = ''] = JSON.stringify(exampleEvent('alert', 'ID')).split('"ID"');
  const gateway = await startTestGateway({});
  const usedMb: number[] = [];
  const late: string[] = [];
  const ended: number[] = [];
  let done = 0;
  /** Sends the lines behind `done`; a busy machine may end it before, as is documented. */
  const send = async (): Promise<void> => {
    const first = done;
    const lines = function* () {
      let piece = '';
      for (let n = first + 1; n <= count; n += 1) {
        piece += `${before}"${run}-${Math.floor(n / linesAnEvent)}"${after}\n`;
        if (piece.length < pieceChars && n < count) continue;
        yield piece;
        piece = '';
      }
    };
    const outgoing = request(`${gateway.url}/v1/events`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await gateway.token('mx-fgr')}`,
        'Content-Type': types.lines,
      },
    });
    // What became of the lines is told by the answer; Node's client says nothing useful here when it is done.
    pipeline(Readable.from(lines(), { highWaterMark: 4 }), outgoing).catch(() => {});
    const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
      outgoing.once('response', resolve).once('error', reject),
    );
    let toldAt = performance.now();
    for await (const line of createInterface({ input: response })) {
      const { through, from } = JSON.parse(line) as { through?: number; from?: number };
      if (from !== undefined) ended.push(first + from);
      if (through === undefined) continue;
      const [told, ms] = [first + through - done, performance.now() - toldAt];
      // One of the two is promised; the time is that of a busy machine.
      if (told <= 0 || (told > 1_000 && ms > onThisMachine(1_000))) late.push(`${told} lines after ${ms} ms`);
      done = first + through;
      toldAt = performance.now();
      usedMb.push(process.memoryUsage().rss / 1024 / 1024);
    }
    outgoing.destroy();
  };
  try {
    for (let attempt = 0; done < count && attempt < 20; attempt += 1) await send();
  } finally {
    await gateway.close();
  }
  // The file has 170 MB, and its events as objects many times that; 20,000 identities are some 10 MB.
  const atTenth = Math.max(...usedMb.slice(0, usedMb.length / 10));
  const atLast = Math.max(...usedMb);
  console.log(
    `100,000 lines: ${Math.round(atTenth)} MB after a tenth, ${Math.round(atLast)} MB at most. Ended at: ${ended}. ${late}`,
  );
  expect(done).toBe(count);
  expect(late.length).toBeLessThan(3);
  expect(atLast - atTenth).toBeLessThan(120);
});
