import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { type Address, addressOfItem, cursorNow, headersOf, type Page, pageOf } from './ways-out.ts';

/** `GET /v1/events`: everything once, short only at its end. */

let exchange: TestExchange;
let lanes: Lanes;

beforeAll(async () => {
  // What was published before is in Kafka alone, the newest in memory too.
  exchange = await startTestExchange({ feeds: { ringBytes: 100_000 } });
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

/** Nothing else here publishes as these. */
const publishers = ['jm-pica', 'pe-migraciones'];
const query = '?publisher=JM,PE';

/** Publishes events in turn, one in three GREEN; gives the CLEAR ones of each publisher in their order. */
async function publish(count: number): Promise<Map<string, Address[]>> {
  const clear = new Map<string, Address[]>(publishers.map((agency) => [agency, []]));
  const events = Array.from({ length: count }, (_, index) => {
    const agency = publishers[index % publishers.length] ?? '';
    const tlp = index % 3 === 0 ? ('GREEN' as const) : ('CLEAR' as const);
    const id = randomUUID();
    if (tlp === 'CLEAR') clear.get(agency)?.push(`${agency}/${id}`);
    return { id, agency, tlp };
  });
  for (let from = 0; from < count; from += 500) await lanes.write(events.slice(from, from + 500));
  return clear;
}

const all = (clear: ReadonlyMap<string, Address[]>): Set<Address> => new Set([...clear.values()].flat());
const addresses = (pages: readonly Page[]): Address[] =>
  pages.flatMap(({ items }) => items.map(addressOfItem));

/** Pages until one is short. */
async function pagesFrom(cursor: string, limit: number, accept?: string): Promise<Page[]> {
  const pages: Page[] = [];
  for (let place = cursor; ; ) {
    const page = await pageOf(exchange, {
      query,
      cursor: place,
      limit,
      ...(accept === undefined ? {} : { accept }),
    });
    pages.push(page);
    if (page.length < limit) return pages;
    place = page.cursor;
  }
}

test.each([1, 7, 100, 1_000])(
  'by %i: everything once, in the order of each lane, short only at the end',
  async (limit) => {
    const cursor = await cursorNow(exchange);
    const clear = await publish(limit === 1 ? 30 : 450);
    const pages = await pagesFrom(cursor, limit);
    const shown = addresses(pages);
    expect(new Set(shown)).toEqual(all(clear));
    for (const [agency, own] of clear)
      expect(shown.filter((address) => address.startsWith(`${agency}/`))).toEqual(own);
    expect(pages.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
  },
);

test('in lines as in JSON', async () => {
  const cursor = await cursorNow(exchange);
  await publish(60);
  const inJson = await pagesFrom(cursor, 13);
  const inLines = await pagesFrom(cursor, 13, 'application/x-ndjson');
  expect(inLines.map(({ items }) => items)).toEqual(inJson.map(({ items }) => items));
  expect(inLines.map((page) => Object.keys(page))).toEqual(inJson.map((page) => Object.keys(page)));
});

test('everything once, also while more is published', async () => {
  let cursor = await cursorNow(exchange);
  const published: Address[] = [];
  let isDone = false;
  const publishing = (async () => {
    for (let round = 0; round < 15; round += 1) published.push(...all(await publish(40)));
    isDone = true;
  })();
  const shown: Address[] = [];
  for (let isLast = false; !isLast; ) {
    const wasDone = isDone;
    const page = await pageOf(exchange, { query, cursor, limit: 20 });
    shown.push(...page.items.map(addressOfItem));
    cursor = page.cursor;
    isLast = wasDone && page.length < 20;
  }
  await publishing;
  expect(shown).toHaveLength(published.length);
  expect(new Set(shown)).toEqual(new Set(published));
});

test('a page with nothing on it is an empty list, with a cursor that goes on', async () => {
  const empty = await pageOf(exchange, { query, cursor: await cursorNow(exchange) });
  const anyCursor = expect.stringMatching(/^[A-Za-z0-9_-]+$/);
  expect(empty).toEqual({ items: [], withdrawn: [], length: 0, cursor: anyCursor });
  const lines = await pageOf(exchange, { query, cursor: empty.cursor, accept: 'application/x-ndjson' });
  expect(lines.items).toEqual([]);
  const clear = await publish(6);
  const next = await pageOf(exchange, { query, cursor: lines.cursor });
  expect(new Set(next.items.map(addressOfItem))).toEqual(all(clear));
});

test('a page that ends with the last event is full, and the next one empty', async () => {
  const cursor = await cursorNow(exchange);
  await publish(15);
  const full = await pageOf(exchange, { query, cursor, limit: 10 });
  expect(full.items).toHaveLength(10);
  expect((await pageOf(exchange, { query, cursor: full.cursor, limit: 10 })).items).toEqual([]);
});

test('without a limit it is a hundred', async () => {
  const cursor = await cursorNow(exchange);
  await publish(300);
  expect((await pageOf(exchange, { query, cursor })).items).toHaveLength(100);
});

test('a large page goes out whole, while it is read', async () => {
  const cursor = await cursorNow(exchange);
  const text = 'ñ'.repeat(20_000);
  const ids = Array.from({ length: 200 }, () => randomUUID());
  const { data } = exampleEvent('alert', '') as { data: { information: object[] } };
  const information = [{ ...data.information[0], description: text }];
  for (let from = 0; from < ids.length; from += 20) {
    await lanes.write(
      ids.slice(from, from + 20).map((id) => ({ id, agency: 'jm-pica', data: { information } })),
    );
  }
  for (const accept of ['application/json', 'application/x-ndjson']) {
    const page = await pageOf(exchange, { query, cursor, limit: 1_000, accept });
    expect(page.items.map(({ id }) => id)).toEqual(ids);
    expect(JSON.stringify(page.items.at(-1)?.data)).toContain(text);
    expect((await pageOf(exchange, { query, cursor: page.cursor })).items).toEqual([]);
  }
});

test('is private, and kept nowhere', async () => {
  const answer = await fetch(`${exchange.url}/v1/events?limit=1`, { headers: headersOf(undefined) });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  expect(answer.headers.get('content-length')).toBe(String((await answer.arrayBuffer()).byteLength));
});
