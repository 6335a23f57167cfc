import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { capture } from './capture.ts';
import { follow } from './follow.ts';

let behave: (request: IncomingMessage, response: ServerResponse) => void;
let asked: IncomingMessage[];
let url: URL;
const server = createServer((request, response) => {
  asked.push(request);
  behave(request, response);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/events/stream?since=earliest`); // TCP: never a string
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
});

async function take(
  count: number,
  more: Partial<Parameters<typeof follow>[1]> = {},
): Promise<EventSourceMessage[]> {
  const messages: EventSourceMessage[] = [];
  const cli = capture({});
  for await (const message of follow(cli, { url, caller: undefined, onLost: () => {}, ...more })) {
    messages.push(message);
    if (messages.length >= count) break;
  }
  return messages;
}

const open = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream' });

test('events come with their ids, names and data; a token goes into the header', async () => {
  behave = (_request, response) => {
    open(response);
    response.write(': comment\n\nid: a\ndata: {"n":1}\n\nevent: gap\nid: b\ndata: {}\n\n');
  };
  expect(await take(2, { caller: async () => 'x.y.z' })).toEqual([
    { id: 'a', event: undefined, data: '{"n":1}' },
    { id: 'b', event: 'gap', data: '{}' },
  ]);
  expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer x.y.z', accept: 'text/event-stream' });
  expect(asked[0]?.headers).not.toHaveProperty('last-event-id');
});

test('after a cut it goes on behind the last id, also one that came without data', async () => {
  behave = (_request, response) => {
    open(response);
    if (asked.length === 1) response.end('id: place\n\n');
    else if (asked.length === 2)
      response.write('id: a\ndata: 1\n\nid: half\ndata: 2', () => response.destroy());
    else response.write('id: b\ndata: 2\n\n');
  };
  const messages = await take(3);
  expect(messages.map(({ id, data }) => [id, data])).toEqual([
    ['place', ''],
    ['a', '1'],
    ['b', '2'],
  ]);
  expect(asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, 'place', 'a']);
});

test('a refusal for good ends it; the first connection is not tried again', async () => {
  behave = (_request, response) => void response.writeHead(401).end('{"title":"expired"}');
  await expect(take(1)).rejects.toMatchObject({ exit: 'notPermitted', message: 'expired' });
  behave = (_request, response) => void response.writeHead(503).end();
  await expect(take(1)).rejects.toMatchObject({ exit: 'unreachable' });
  expect(asked).toHaveLength(2);
});

test('a later connection is tried until it works, and a token is asked for anew each time', async () => {
  let tokens = 0;
  const lost: string[] = [];
  behave = (_request, response) => {
    if (asked.length === 2) {
      response.writeHead(503).end('{"title":"not now"}');
      return;
    }
    open(response);
    response.end(`id: ${asked.length}\ndata: ${asked.length}\n\n`);
  };
  const messages = await take(2, {
    caller: async () => `token-${++tokens}`,
    onLost: ({ message }) => lost.push(message),
  });
  expect(messages.map(({ data }) => data)).toEqual(['1', '3']);
  expect(asked.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer token-1',
    'Bearer token-2',
    'Bearer token-3',
  ]);
  expect(lost).toEqual(['the exchange ended the stream', 'not now']);
});

test('when it is told to end, it ends without an error', async () => {
  behave = (_request, response) => {
    open(response);
    response.write('id: a\ndata: 1\n\n');
  };
  const cli = capture({});
  const seen: string[] = [];
  for await (const { data } of follow(cli, { url, caller: undefined, onLost: () => {} })) {
    seen.push(data);
    setTimeout(() => cli.ending.abort(), 20);
  }
  expect(seen).toEqual(['1']);
});

test('wherever the stream is cut, its events are seen once and in order', async () => {
  const texts = ['plain', 'ünïcödé 🌎', '{"a":"b\\nc"}', ''];
  const frames = Array.from(
    { length: 12 },
    (_, i) => `id: ${i + 1}\ndata: ${i + 1} ${texts[i % texts.length]}\n\n`,
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 4 }), async (cuts) => {
      asked = [];
      const schedule = [...cuts];
      behave = (request, response) => {
        open(response);
        const from = Number(request.headers['last-event-id'] ?? 0);
        const bytes = Buffer.from(frames.slice(from).join(''));
        const cut = schedule.shift();
        if (cut === undefined) response.write(bytes);
        else response.write(bytes.subarray(0, cut), () => response.destroy());
      };
      const messages = await take(frames.length);
      expect(messages.map(({ id }) => id)).toEqual(frames.map((_, i) => String(i + 1)));
      expect(messages.map(({ data }) => data)).toEqual(
        frames.map((_, i) => `${i + 1} ${texts[i % texts.length]}`),
      );
    }),
    { numRuns: 10 },
  );
});
