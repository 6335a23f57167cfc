import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { has, openStream } from '../stream-client.ts';

/** Guarantee 3: a cursor resumes exactly, whatever the cut. */

let exchange: TestExchange;
/** Publishes a batch in the given agencies' lanes and returns the ids in order of acknowledgement. */
async function publish(agency: string, kind: string, count: number, prefix: string): Promise<string[]> {
  const token = await exchange.token(agency);
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${agency}-${kind}-${index}`);
  const answer = await exchange.post(
    token,
    ids.map((id) => exampleEvent(kind, id)),
    { 'Content-Type': 'application/cloudevents-batch+json' },
  );
  expect(answer.status).toBe(201);
  return ids;
}

/** Follows from a cursor until `last` has come. */
async function follow(cursor: string, query: string, last: string): Promise<string[]> {
  const stream = await openStream(exchange.url, { lastEventId: cursor, query });
  await stream.until(has(last));
  stream.close();
  return stream.ids();
}

beforeAll(async () => {
  // A small ring: most of the tests reach back into Kafka, some into memory.
  exchange = await startTestExchange({ feeds: { ringBytes: 40_000 } });
});
afterAll(() => exchange.close());

describe('a stream that was cut', () => {
  test('gives exactly the rest at any cut point, from history and live', async () => {
    const run = randomUUID();
    const stream = await openStream(exchange.url);
    const sent = [
      ...(await publish('mx-fgr', 'alert', 40, run)),
      ...(await publish('mx-fgr', 'practice', 40, run)),
      ...(await publish('mx-inm', 'alert', 40, run)),
    ];
    await stream.until((events) => sent.every((id) => has(id)(events)));
    stream.close();
    const seen = stream.events.filter(({ event }) => event === 'message');
    const ids = stream.ids();
    expect(new Set(ids)).toEqual(new Set(sent));
    expect(ids).toHaveLength(sent.length);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: sent.length - 2 }), async (cut) => {
        const rest = ids.slice(cut + 1);
        const resumed = await openStream(exchange.url, { lastEventId: seen[cut]?.id });
        await resumed.until((events) => rest.every((id) => has(id)(events)));
        resumed.close();
        expect(new Set(resumed.ids())).toEqual(new Set(rest));
        expect(resumed.ids()).toHaveLength(rest.length);
        expect(resumed.events.some(({ event }) => event === 'gap')).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  test('gives exactly the rest while more comes in, cut again and again', async () => {
    const run = randomUUID();
    let cursor = (await openAndClose()).lastId();
    const publishing = (async () => {
      const ids: string[] = [];
      for (let round = 0; round < 12; round += 1)
        ids.push(...(await publish('mx-fgr', 'alert', 25, `${run}-${round}`)));
      return ids;
    })();
    const got: string[] = [];
    let expected = Number.POSITIVE_INFINITY;
    publishing.then(
      ({ length }) => {
        expected = length;
      },
      () => {},
    );
    const deadline = Date.now() + 60_000;
    while (got.length < expected && Date.now() < deadline) {
      const stream = await openStream(exchange.url, { lastEventId: cursor });
      const wanted = 1 + Math.floor(Math.random() * 30);
      await stream.until(() => stream.ids().length >= wanted, 300).catch(() => {});
      stream.close();
      got.push(...stream.ids());
      cursor = stream.lastId() ?? cursor;
    }
    const sent = await publishing;
    expect(got.filter((id) => id.startsWith(run))).toEqual(sent);
  });

  test('resumes across a restart of the exchange', async () => {
    const run = randomUUID();
    const stream = await openStream(exchange.url);
    const before = await publish('gt-pgn', 'alert', 20, run);
    await stream.until(has(before[9] ?? ''));
    const cut = stream.events.find(({ data }) => (data as { id?: string }).id === before[9])?.id ?? '';
    stream.close();
    await exchange.restart();
    const after = await publish('gt-pgn', 'alert', 5, `${run}-after`);
    const ids = await follow(cut, '', after[4] ?? '');
    expect(ids).toEqual([...before.slice(10), ...after]);
  });

  test('resumes with another filter: the cursor is a place, not a query', async () => {
    const run = randomUUID();
    const stream = await openStream(exchange.url, { query: '?kind=practice' });
    const practices = await publish('hn-inm', 'practice', 3, run);
    await stream.until(has(practices[2] ?? ''));
    const cursor = stream.lastId() ?? '';
    stream.close();
    const alerts = await publish('hn-inm', 'alert', 3, run);
    await publish('hn-inm', 'practice', 3, `${run}-2`);
    expect(await follow(cursor, '?kind=alert&publisher=hn-inm', alerts[2] ?? '')).toEqual(alerts);
  });

  test('a receipt is a cursor just behind its event', async () => {
    const run = randomUUID();
    const token = await exchange.token('sv-pnc');
    const answer = await exchange.post(token, exampleEvent('alert', `${run}-0`));
    const { receipt } = (await answer.json()) as { receipt: string };
    const after = await publish('sv-pnc', 'alert', 3, run);
    const elsewhere = await publish('cr-dgme', 'alert', 3, run);
    const stream = await openStream(exchange.url, { lastEventId: receipt });
    await stream.until((events) => [...after, ...elsewhere].every((id) => has(id)(events)));
    stream.close();
    expect(new Set(stream.ids())).toEqual(new Set([...after, ...elsewhere]));
    expect(stream.ids()).not.toContain(`${run}-0`);
  });

  test('the receipt of a retry, also after a restart, misses nothing that followed', async () => {
    const run = randomUUID();
    const token = await exchange.token('ni-pn');
    const event = exampleEvent('alert', `${run}-0`);
    const first = await exchange.post(token, event);
    expect(first.status).toBe(201);
    const followed = [
      ...(await publish('ni-pn', 'alert', 2, run)),
      ...(await publish('pa-snm', 'alert', 2, run)),
    ];
    await exchange.restart();
    const again = await exchange.post(token, event);
    expect(again.status).toBe(201);
    const { receipt } = (await again.json()) as { receipt: string };
    const stream = await openStream(exchange.url, { lastEventId: receipt });
    await stream.until((events) => followed.every((id) => has(id)(events)));
    stream.close();
    expect(stream.ids()).not.toContain(`${run}-0`);
  });
});

async function openAndClose() {
  const stream = await openStream(exchange.url);
  await stream.until((events) => events.length > 0);
  stream.close();
  return stream;
}
