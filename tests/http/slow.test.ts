import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRaw } from '../../services/kit/raw-client.ts';
import { exampleEvent } from '../exchange.ts';
import { linesOf, portOf, types } from './ask.ts';
import { startTestGateway } from './gateway-alone.ts';

/** Clients that hold a slot and give nothing: each is ended within its bound, while others are served. */

let gateway: Awaited<ReturnType<typeof startTestGateway>>;
let token = '';
beforeAll(async () => {
  // Only the longest bound is shortened, from 30 s.
  gateway = await startTestGateway({ uploadIdleMs: bounds.upload });
  token = await gateway.token('mx-fgr');
});
afterAll(() => gateway.close());

const head = (type: string, length: string): string =>
  `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${type}\r\n${length}\r\n\r\n`;

/** Milliseconds from the opening of the connection: what the README promises, what a body may linger, and a busy machine. */
const bounds = { tenSeconds: 10_000, upload: 8_000, slack: 20_000 };

interface SlowClient {
  readonly name: string;
  /** What it sends at once. */
  readonly begins: string;
  /** What it sends again and again, each half second. */
  readonly drips: string;
  readonly withinMs: number;
  /** What it must have been told. */
  readonly told: RegExp;
}

const clients = (): SlowClient[] => [
  { name: 'says nothing', begins: '', drips: '', withinMs: bounds.tenSeconds, told: /^HTTP\/1\.1 408 / },
  {
    name: 'drips headers',
    begins: 'POST /v1/events HTTP/1.1\r\nHost: x\r\n',
    drips: 'X: y\r\n',
    withinMs: bounds.tenSeconds,
    told: /^HTTP\/1\.1 408 /,
  },
  {
    name: 'drips an event',
    begins: head(types.structured, 'Content-Length: 100000'),
    drips: ' ',
    withinMs: bounds.tenSeconds + 2_000,
    told: /^HTTP\/1\.1 408 [\s\S]*"code":"request-timeout"/,
  },
  {
    name: 'drips a batch in chunks',
    begins: head(types.batch, 'Transfer-Encoding: chunked'),
    drips: '1\r\n \r\n',
    withinMs: bounds.tenSeconds + 2_000,
    told: /^HTTP\/1\.1 408 [\s\S]*"code":"request-timeout"/,
  },
  {
    name: 'drips behind a refusal',
    begins: head('text/plain', 'Content-Length: 100000'),
    drips: ' ',
    withinMs: 2_000,
    told: /^HTTP\/1\.1 415 /,
  },
  {
    name: 'stops in the middle of an upload',
    begins: `${head(types.lines, 'Content-Length: 100000')}${linesOf([exampleEvent('alert', randomUUID())])}{"spec`,
    drips: '',
    withinMs: bounds.upload,
    told: /^HTTP\/1\.1 200 [\s\S]*\{"through":1\}/,
  },
];

test('slow clients of every sort are ended within their bounds, while others are served', async () => {
  let over = false;
  const served: number[] = [];
  const others = (async () => {
    while (!over) {
      const began = performance.now();
      const answer = await fetch(`${gateway.url}/v1/events`, {
        method: 'POST',
        body: JSON.stringify(exampleEvent('alert', randomUUID())),
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': types.structured },
      });
      expect(answer.status).toBe(201);
      served.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  const ends = await Promise.all(
    clients().map(async ({ name, begins, drips, withinMs, told }) => {
      const client = await openRaw(portOf(gateway));
      client.send(begins);
      const dripping = setInterval(() => drips !== '' && client.send(drips), 500);
      const late = setTimeout(() => client.close(), withinMs + bounds.slack);
      const ms = await client.ended;
      clearInterval(dripping);
      clearTimeout(late);
      expect([name, client.received()]).toEqual([name, expect.stringMatching(told)]);
      return { name, late: ms > withinMs + bounds.slack };
    }),
  );
  over = true;
  await others;
  expect(ends.filter(({ late }) => late)).toEqual([]);
  // Nobody waited for the slow ones, who hold on for ten seconds.
  expect(Math.max(...served)).toBeLessThan(8_000);
});
