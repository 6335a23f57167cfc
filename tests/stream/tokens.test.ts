import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { has, openStream, type StreamClient } from '../stream-client.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { openRawStream } from './raw-stream.ts';
import { cursorNow, headersOf, untilPlaced } from './ways-out.ts';

/** A token that ends takes its stream with it, by a named event, with the place to go on from. */

let exchange: TestExchange;
let lanes: Lanes;

beforeAll(async () => {
  exchange = await startTestExchange({ feeds: { ringBytes: 50_000 } });
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

/** Nothing else here publishes as this one. */
const agency = 'do-conani';
const query = '?publisher=do-conani';

async function publish(count: number, tlp: 'CLEAR' | 'GREEN' = 'GREEN'): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await lanes.write(ids.map((id) => ({ id, agency, tlp })));
  return ids;
}

/** Seconds; it ends at a whole one, so that one of them may be a moment. */
const shortLife = (): number => Math.ceil(onThisMachine(2, 10));

/** Epoch ms. */
function expiryOf(token: string): number {
  const [, payload = ''] = token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).exp * 1_000;
}

function endOf(stream: StreamClient) {
  const last = stream.events.at(-1);
  if (last?.event !== 'token-expired') throw new Error(`ended with ${JSON.stringify(last)}`);
  return last;
}

test('a live stream ends by token-expired, whose place resumes exactly', async () => {
  const token = await exchange.token('gt-pgn', shortLife());
  const stream = await openStream(exchange.url, { query, token });
  await untilPlaced(stream);
  const sent: string[] = [];
  let isOver = false;
  stream.ended.then(() => {
    isOver = true;
  });
  while (!isOver) sent.push(...(await publish(5)));
  sent.push(...(await publish(5)));
  const { id } = endOf(stream);
  const shown = stream.ids();
  expect(shown.length).toBeGreaterThan(0);
  const rest = await openStream(exchange.url, {
    query,
    token: await exchange.token('gt-pgn'),
    lastEventId: id,
  });
  await rest.until(has(sent.at(-1) ?? ''));
  rest.close();
  expect(rest.events.some(({ event }) => event === 'gap')).toBe(false);
  expect([...shown, ...rest.ids()]).toEqual(sent);
});

test('so does one that is shown nothing, at the place that it has come to', async () => {
  const token = await exchange.token('gt-pgn', shortLife());
  const stream = await openStream(exchange.url, { query: `${query}&kind=practice`, token });
  await untilPlaced(stream);
  await publish(3);
  await stream.ended;
  const { id } = endOf(stream);
  expect(stream.ids()).toEqual([]);
  const after = await publish(2);
  const rest = await openStream(exchange.url, {
    query,
    token: await exchange.token('gt-pgn'),
    lastEventId: id,
  });
  await rest.until(has(after[1] ?? ''));
  rest.close();
  expect(rest.ids()).toEqual(after);
});

test('and one that is in the middle of its history', async () => {
  const begin = await cursorNow(exchange);
  // Larger than what a connection holds, so that a reader who takes nothing stays in the middle.
  const text = 'a'.repeat(20_000);
  const ids = Array.from({ length: 600 }, () => randomUUID());
  const information = [{ language: 'es', headline: 'EJERCICIO', description: text, instruction: null }];
  for (let from = 0; from < ids.length; from += 30) {
    await lanes.write(
      ids.slice(from, from + 30).map((id) => ({ id, agency, tlp: 'GREEN', data: { information } })),
    );
  }
  const token = await exchange.token('gt-pgn', shortLife());
  const headers = { ...headersOf(token), 'Last-Event-ID': begin };
  const stream = await openRawStream(exchange.url, { path: `/v1/events/stream${query}`, headers });
  stream.socket.pause();
  await sleep(expiryOf(token) - Date.now() + 50);
  stream.socket.resume();
  await stream.ended;
  const frames = stream.frames();
  const last = frames.at(-1);
  expect(last?.event).toBe('token-expired');
  const shown = frames.flatMap(({ event, data = '' }) => (event === undefined ? [JSON.parse(data).id] : []));
  expect(shown.length).toBeLessThan(ids.length);
  const rest = await openStream(exchange.url, {
    query,
    token: await exchange.token('gt-pgn'),
    lastEventId: last?.id,
  });
  await rest.until(has(ids.at(-1) ?? ''));
  rest.close();
  expect([...shown, ...rest.ids()]).toEqual(ids);
});

test('a token that has ended is refused everywhere, and never read as nobody’s', async () => {
  const token = await exchange.token(agency, shortLife());
  const [id = ''] = await publish(1, 'CLEAR');
  const paths = ['/v1/events/stream', '/v1/events', `/v1/events/${agency}/${id}`];
  // Of all that was ever said a page takes longer than the token lives, and would be cut off with it.
  const since = new Date(Date.now() - 10_000).toISOString();
  const before = await fetch(`${exchange.url}${paths[1]}${query}&since=${since}`, {
    headers: headersOf(token),
  });
  expect(before.status).toBe(200);
  await before.arrayBuffer();
  await sleep(expiryOf(token) - Date.now() + 50);
  for (const path of paths) {
    const answer = await fetch(`${exchange.url}${path}`, { headers: headersOf(token) });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'token-expired' });
  }
});

test('who is not signed in has nothing that ends', async () => {
  const stream = await openStream(exchange.url, { query });
  await untilPlaced(stream);
  const [id = ''] = await publish(1, 'CLEAR');
  await stream.until(has(id));
  stream.close();
  expect(stream.ids()).toEqual([id]);
});

test('a stream that the exchange ends for its own sake says so, with its place', async () => {
  const stream = await openStream(exchange.url, { query });
  await untilPlaced(stream);
  const [before = ''] = await publish(1, 'CLEAR');
  await stream.until(has(before));
  await exchange.restart();
  await stream.ended;
  const last = stream.events.at(-1);
  expect(last?.event).toBe('shutdown');
  const after = await publish(2, 'CLEAR');
  const resumed = await openStream(exchange.url, { query, lastEventId: last?.id });
  await resumed.until(has(after[1] ?? ''));
  resumed.close();
  expect(resumed.ids()).toEqual(after);
});
