import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { metricOf } from '../metric.ts';
import { has, openStream } from '../stream-client.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { openRawStream, type RawStream } from './raw-stream.ts';
import { cursorNow, untilPlaced } from './ways-out.ts';

/** Guarantee 5: a slow subscriber stops nobody else, takes a bounded memory, and loses nothing. */

let exchange: TestExchange;
let lanes: Lanes;
/** Some 600 of the events here. */
const ringBytes = 48 * 1024 * 1024;
const stalledAfterMs = 4_000;

beforeAll(async () => {
  exchange = await startTestExchange({ feeds: { ringBytes, stalledAfterMs } });
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

/** Nothing else here publishes as this one. */
const agency = 'hn-cicesct';
const query = '?publisher=hn-cicesct';
const path = `/v1/events/stream${query}`;
const textChars = 18_000;
const information = [
  { language: 'es', headline: 'EJERCICIO', description: 'a'.repeat(textChars), instruction: null },
];

async function publish(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (let from = 0; from < count; from += 40) {
    await lanes.write(ids.slice(from, from + 40).map((id) => ({ id, agency, data: { information } })));
  }
  return ids;
}

/** The ids of the events that came, and the place behind the last of them. */
function shownBy(stream: RawStream): { ids: string[]; place: string | undefined; end: string | undefined } {
  const frames = stream.frames();
  const ids = frames.flatMap(({ event, data = '' }) => (event === undefined ? [JSON.parse(data).id] : []));
  return { ids, place: frames.at(-1)?.id, end: frames.at(-1)?.event };
}

const evictions = (): Promise<number> => metricOf(exchange, 'puebla_evictions_total{reason="slow"}');

test('one that takes nothing is cut off, the others get all of it promptly, and it resumes with nothing missing', async () => {
  const before = await evictions();
  const [slow, quick] = [
    await openRawStream(exchange.url, { path }),
    await openStream(exchange.url, { query }),
  ];
  await slow.until(() => slow.frames().length > 0);
  await untilPlaced(quick);
  slow.socket.pause();
  // More than the connection and the ring hold.
  const ids = await publish(2_000);
  // Long before the slow one is cut off, on a machine that does nothing else; on a busy one at least at all.
  await quick.until(has(ids.at(-1) ?? ''));
  quick.close();
  expect(quick.ids()).toEqual(ids);
  const began = Date.now();
  while ((await evictions()) === before) {
    expect(Date.now() - began).toBeLessThan(stalledAfterMs + 30_000);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  slow.socket.resume();
  await slow.ended;
  // What had been written for it is what the connection holds, and little more.
  expect(slow.bytes()).toBeLessThan((ids.length * textChars) / 2);
  const shown = shownBy(slow);
  const rest = await openStream(exchange.url, { query, lastEventId: shown.place });
  await rest.until(has(ids.at(-1) ?? ''));
  rest.close();
  expect([...shown.ids, ...rest.ids()]).toEqual(ids);
});

test('one that was slow for a moment gets everything on the same connection', async () => {
  const before = await evictions();
  const slow = await openRawStream(exchange.url, { path });
  await slow.until(() => slow.frames().length > 0);
  slow.socket.pause();
  const ids = await publish(400);
  await new Promise((resolve) => setTimeout(resolve, 300));
  slow.socket.resume();
  await slow.until(() => slow.hasWhole(ids.at(-1) ?? ''));
  const more = await publish(3);
  await slow.until(() => slow.hasWhole(more[2] ?? ''));
  slow.close();
  expect(shownBy(slow).ids).toEqual([...ids, ...more]);
  expect(await evictions()).toBe(before);
});

test('one that reads history slowly holds back neither the exchange nor what is live', async () => {
  const beginning = await cursorNow(exchange);
  // More than the ring holds: it is read from Kafka.
  const before = await publish(800);
  const slow = await openRawStream(exchange.url, { path, headers: { 'Last-Event-ID': beginning } });
  await slow.until(() => slow.frames().length > 0);
  slow.socket.pause();
  const quick = await openStream(exchange.url, { query });
  await untilPlaced(quick);
  const [id = ''] = await publish(1);
  await quick.until(has(id));
  const [page] = await Promise.all([
    fetch(`${exchange.url}/v1/events${query}&limit=5&cursor=${beginning}`),
    quick.close(),
  ]);
  expect(page.status).toBe(200);
  await page.arrayBuffer();
  slow.socket.resume();
  await slow.until(() => slow.hasWhole(id));
  slow.close();
  expect(shownBy(slow).ids).toEqual([...before, id]);
});
