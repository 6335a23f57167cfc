import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { addressOfItem, cursorNow, feeds, type Item, pageOf } from './ways-out.ts';

/** Where a reader begins, and what is said of parameters that are wrong. */

let exchange: TestExchange;
let lanes: Lanes;

beforeAll(async () => {
  exchange = await startTestExchange({ feeds: { beatMs: 50 } });
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

describe('since', () => {
  const own = `publisher=ca-ircc`;

  /** Three events, each accepted some milliseconds after the one before. */
  async function published(): Promise<Item[]> {
    const token = await exchange.token('ca-ircc');
    const cursor = await cursorNow(exchange);
    for (let index = 0; index < 3; index += 1) {
      const answer = await exchange.post(token, exampleEvent('alert', randomUUID()));
      expect(answer.status).toBe(201);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return [...(await pageOf(exchange, { query: `?${own}`, cursor })).items];
  }

  test('is when the exchange accepted it, at any zone, its own instant included', async () => {
    const items = await published();
    expect(items).toHaveLength(3);
    const [, second, third] = items.map(({ recordedtime }) => Date.parse(recordedtime));
    if (second === undefined || third === undefined) throw new Error('three events');
    const zoned = new Date(second - 6 * 3_600_000).toISOString().replace('Z', '-06:00');
    for (const [since, expected] of [
      [new Date(second).toISOString(), items.slice(1)],
      [zoned, items.slice(1)],
      [new Date(second + 1).toISOString(), items.slice(2)],
      [new Date(third + 1).toISOString(), []],
    ] as const) {
      const params = new URLSearchParams(own);
      params.set('since', since);
      const page = await pageOf(exchange, { query: `?${params}` });
      expect({ since, items: page.items.map(addressOfItem) }).toEqual({
        since,
        items: expected.map(addressOfItem),
      });
    }
  });

  test('earliest is where a page begins by itself, and a stream begins now', async () => {
    const [item] = await published();
    const page = await pageOf(exchange, { query: `?${own}`, limit: 1_000 });
    const earliest = await pageOf(exchange, { query: `?${own}&since=earliest`, limit: 1_000 });
    expect(page.items).toEqual(earliest.items);
    expect(page.items.map(addressOfItem)).toContain(item === undefined ? '' : addressOfItem(item));
    const ends = await lanes.ends();
    const [liveWay] = feeds;
    const shown = await (await liveWay?.open(exchange, { query: `?${own}` }))?.(ends);
    expect(shown).toEqual([]);
    const all = await (await liveWay?.open(exchange, { query: `?${own}&since=earliest` }))?.(ends);
    expect(all).toEqual(page.items.map(addressOfItem));
    // It reads all that the tests of the run have published.
  });

  test('counts when the cursor cannot be read, and not when it can', async () => {
    const items = await published();
    const since = `since=${items[2]?.recordedtime}`;
    const unreadable = await pageOf(exchange, { query: `?${own}&${since}`, cursor: 'nothing' });
    expect(unreadable.gap).toEqual({ reason: 'unreadable' });
    expect(unreadable.items.map(addressOfItem)).toEqual(items.slice(2).map(addressOfItem));
    const cursor = (await pageOf(exchange, { query: `?${own}&since=${items[0]?.recordedtime}`, limit: 1 }))
      .cursor;
    const readable = await pageOf(exchange, { query: `?${own}&${since}`, cursor });
    expect(readable.gap).toBeUndefined();
    expect(readable.items.map(addressOfItem)).toEqual(items.slice(1).map(addressOfItem));
  });
});

describe('what is not taken is refused with what would be', () => {
  const wrong: readonly (readonly [
    query: string,
    pointer: string,
    rule: string,
    allowed: string | undefined,
  ])[] = [
    ['nonsense=1', '/nonsense', 'parameter', 'since'],
    ['Kind=alert', '/Kind', 'parameter', 'kind'],
    ['kind=alarm', '/kind', 'enum', 'practice'],
    ['kind=', '/kind', 'enum', 'practice'],
    ['kind=alert,', '/kind', 'enum', 'alert'],
    ['country=ZZ', '/country', 'enum', 'GT'],
    ['region=SOUTH', '/region', 'enum', 'CA4'],
    ['publisher=xx-none', '/publisher', 'enum', 'mx-fgr'],
    ['category=NONE', '/category', 'enum', 'TRAFFICKING'],
    ['leg=NONE', '/leg', 'enum', 'TRANSIT'],
    ['exploitation=NONE', '/exploitation', 'enum', 'FORCED_LABOUR'],
    ['group=NONE', '/group', 'enum', 'WOMEN'],
    ['severity=HIGH', '/severity', 'enum', 'SEVERE'],
    ['language=xx', '/language', 'enum', 'es'],
    ['from=yesterday', '/from', 'parameter/date', undefined],
    ['to=2026-02-30', '/to', 'parameter/date', undefined],
    ['from=2026-02-02&to=2026-02-01', '/from', 'parameter/period', undefined],
    ['since=yesterday', '/since', 'since', 'earliest'],
    ['since=2026-01-01', '/since', 'since', 'earliest'],
    ['since=', '/since', 'since', 'earliest'],
    ['since=yesterday&cursor=nothing', '/since', 'since', 'earliest'],
    ['since=earliest&since=earliest', '/since', 'once', undefined],
    ['cursor=a&cursor=b', '/cursor', 'once', undefined],
    ['kind=alert?kind=practice', '/kind', 'enum', 'alert'],
  ];
  const ofPages: typeof wrong = ['0', '1001', '-1', '1.5', '1e2', '', 'all'].map(
    (limit) => [`limit=${limit}`, '/limit', 'limit', '1..1000'] as const,
  );
  const cases = [
    ...wrong.flatMap((one) => ['/v1/events', '/v1/events/stream'].map((path) => [path, ...one] as const)),
    ...ofPages.map((one) => ['/v1/events', ...one] as const),
    ['/v1/events/stream', 'limit=5', '/limit', 'parameter', 'since'] as const,
  ];

  test.each(cases)('%s?%s', async (path, query, pointer, rule, allowed) => {
    const answer = await fetch(`${exchange.url}${path}?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await answer.json()) as {
      code: string;
      violations: { pointer: string; allowed?: string[] }[];
    };
    expect(problem.code).toBe('bad-request');
    expect(problem.violations).toEqual([
      expect.objectContaining({ pointer, rule, message: expect.stringMatching(/ \/ /) }),
    ]);
    if (allowed !== undefined) expect(problem.violations[0]?.allowed).toContain(allowed);
  });

  test('all of it at once', async () => {
    const answer = await fetch(`${exchange.url}/v1/events/stream?kind=x&country=y&z=1&since=never`);
    const { violations } = (await answer.json()) as { violations: { pointer: string }[] };
    expect(violations.map(({ pointer }) => pointer).sort()).toEqual(['/country', '/kind', '/since', '/z']);
  });
});
