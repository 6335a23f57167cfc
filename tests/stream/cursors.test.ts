import { randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CursorCodec, copyOffsets, type MutableOffsets, type Position } from '@puebla/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { has, openStream } from '../stream-client.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { codecOf, cursorNow, pageOf, untilPlaced } from './ways-out.ts';

/** Guarantee 3: what cannot be continued exactly is said by a gap, and nothing else is. */

let exchange: TestExchange;
/** Another instance, with the same master key. */
let twin: TestExchange;
/** One with a key of its own. */
let stranger: TestExchange;
let lanes: Lanes;
let codec: CursorCodec;

beforeAll(async () => {
  [exchange, twin, stranger, lanes] = await Promise.all([
    startTestExchange({ feeds: { beatMs: 50, ringBytes: 20_000 } }),
    startTestExchange({ feeds: { ringBytes: 20_000 } }),
    startTestExchange(),
    openLanes(),
  ]);
  const key = join('keys', 'cursor.key');
  await copyFile(join(exchange.home, key), join(twin.home, key));
  await twin.restart();
  codec = await codecOf(exchange);
});
afterAll(async () => {
  lanes.close();
  await Promise.all([exchange.close(), twin.close(), stranger.close()]);
});

/** Nothing else here publishes as this one. */
const agency = 'co-migracion';
const query = '?publisher=co-migracion';
const lane = 11;

async function publish(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await lanes.write(ids.map((id) => ({ id, agency })));
  return ids;
}

/** A cursor of this exchange that says what its own would not. */
async function cursorWith(
  change: (position: { clusterId: string; offsets: MutableOffsets }) => void,
): Promise<string> {
  const position = { clusterId: await lanes.clusterId(), offsets: copyOffsets(await lanes.ends()) };
  change(position);
  return codec.encode(position satisfies Position);
}

describe('a cursor', () => {
  test('is opaque, of one length wherever it points and whoever asks, and never the same twice', async () => {
    const cursors = [await cursorNow(exchange), await cursorNow(exchange), await cursorNow(stranger)];
    await publish(200);
    const token = await exchange.token('mx-fgr');
    for (const asked of [{}, { query, limit: 7 }, { query: '?kind=practice', token }])
      cursors.push((await pageOf(exchange, asked)).cursor);
    cursors.push(await cursorWith(({ offsets }) => offsets['puebla.alert']?.fill(1_999_999)));
    expect(new Set(cursors)).toHaveProperty('size', cursors.length);
    expect(new Set(cursors.map(({ length }) => length))).toHaveProperty('size', 1);
    for (const cursor of cursors) expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  test('of one instance goes on at another that has the key, from memory and from Kafka', async () => {
    let cursor = await cursorNow(exchange);
    const ids: string[] = [];
    const shown: string[] = [];
    for (const [index, instance] of [exchange, twin, exchange, twin].entries()) {
      // More than either holds in memory, then less.
      ids.push(...(await publish(index < 2 ? 60 : 3)));
      const stream = await openStream(instance.url, { query, lastEventId: cursor });
      const upTo = ids.at(index % 2 === 0 ? -2 : -1) ?? '';
      await stream.until(has(upTo));
      stream.close();
      expect(stream.events.some(({ event }) => event === 'gap')).toBe(false);
      const cut = stream.ids().indexOf(upTo) + 1;
      shown.push(...stream.ids().slice(0, cut));
      cursor = stream.events.filter(({ event }) => event === 'message')[cut - 1]?.id ?? '';
    }
    expect(shown).toEqual(ids);
    const token = await twin.token(agency);
    const page = await pageOf(twin, { query, cursor, token });
    expect(page).toMatchObject({ items: [] });
    expect(page.gap).toBeUndefined();
  });

  test('by the address, as by the header, which is the newer of the two', async () => {
    const older = await cursorNow(exchange);
    const [first = ''] = await publish(1);
    const newer = await cursorNow(exchange);
    const [second = ''] = await publish(1);
    for (const [asked, expected] of [
      [{ query: `${query}&cursor=${older}` }, [first, second]],
      [{ query: `${query}&cursor=${older}`, lastEventId: newer }, [second]],
    ] as const) {
      const stream = await openStream(exchange.url, asked);
      await stream.until(has(second));
      stream.close();
      expect(stream.ids()).toEqual(expected);
    }
  });
});

describe('a gap, and then it goes on', () => {
  const whole = () => cursorNow(exchange);
  const cases: readonly (readonly [name: string, reason: string, () => Promise<string>])[] = [
    ['nothing like a cursor', 'unreadable', async () => 'nothing'],
    ['a cursor that was cut', 'unreadable', async () => (await whole()).slice(0, -4)],
    ['a cursor with a bit changed', 'unreadable', async () => changed(await whole(), 100)],
    ['a cursor with another version', 'unreadable', async () => changed(await whole(), 0)],
    ['a cursor of another master key', 'unreadable', () => cursorNow(stranger)],
    ['a very long one', 'unreadable', async () => 'A'.repeat(8_000)],
    [
      'a cursor of another cluster',
      'other-cluster',
      () =>
        cursorWith((position) => {
          position.clusterId = 'another';
        }),
    ],
    [
      'a cursor above the end of a lane',
      'beyond-end',
      () =>
        cursorWith(({ offsets }) => {
          const alerts = offsets['puebla.alert'];
          if (alerts !== undefined) alerts[lane] = (alerts[lane] ?? 0) + 10;
        }),
    ],
  ];

  test.each(cases)('%s: on a stream', async (_name, reason, make) => {
    const stream = await openStream(exchange.url, { query, lastEventId: await make() });
    await untilPlaced(stream);
    const [id = ''] = await publish(1);
    await stream.until(has(id));
    stream.close();
    const named = stream.events.filter(({ event }) => event !== 'cursor');
    expect(named.map(({ event, data }) => [event, (data as { reason?: string }).reason])).toEqual([
      ['gap', reason],
      ['message', undefined],
    ]);
    // The gap itself is a place from which to go on.
    const place = stream.events.find(({ event }) => event === 'gap')?.id;
    const resumed = await openStream(exchange.url, { query, lastEventId: place });
    await resumed.until(has(id));
    resumed.close();
    expect(resumed.ids()).toEqual([id]);
    expect(resumed.events.some(({ event }) => event === 'gap')).toBe(false);
  });

  test.each(cases)('%s: on a page', async (_name, reason, make) => {
    const since = `&since=${new Date().toISOString()}`;
    const page = await pageOf(exchange, { query: query + since, cursor: await make() });
    expect(page.gap).toEqual({ reason });
    const [id = ''] = await publish(1);
    const next = await pageOf(exchange, { query, cursor: page.cursor });
    expect(next.gap).toBeUndefined();
    expect(next.items.at(-1)?.id).toBe(id);
  });

  test('above the end of one lane nothing is lost of the others', async () => {
    const cursor = await cursorWith(({ offsets }) => {
      offsets['puebla.practice'] = offsets['puebla.practice']?.map((offset) => offset + 5) ?? [];
    });
    const ids = await publish(3);
    const page = await pageOf(exchange, { query, cursor });
    expect(page.items.map(({ id }) => id)).toEqual(ids);
    expect(page.gap).toEqual({ reason: 'beyond-end' });
  });
});

describe('no gap', () => {
  test('for offsets that hold nothing that anybody sees', async () => {
    const token = await exchange.token(agency);
    const cursor = await cursorNow(exchange);
    const [first = ''] = await publish(1);
    // Sent again although its twin was there: its offset shows nothing.
    const end = (await lanes.ends())['puebla.alert']?.[lane] ?? 0;
    await lanes.write([{ id: first, agency, resentFrom: end - 1 }]);
    await lanes.write([{ id: randomUUID(), agency, tlp: 'GREEN' }]);
    const [second = ''] = await publish(1);
    const stream = await openStream(exchange.url, { query, lastEventId: cursor });
    await stream.until(has(second));
    stream.close();
    expect(stream.events.filter(({ event }) => event !== 'cursor').map(({ event }) => event)).toEqual([
      'message',
      'message',
    ]);
    expect(stream.ids()).toEqual([first, second]);
    const between = stream.events.find(({ data }) => (data as { id?: string }).id === first)?.id;
    const page = await pageOf(exchange, { query, cursor: between ?? '', token });
    expect(page.items).toHaveLength(2);
    expect(page.gap).toBeUndefined();
  });

  test('for a lane that the cursor does not list: it is read from its start', async () => {
    const cursor = await cursorWith(({ offsets }) => {
      offsets['puebla.alert'] = offsets['puebla.alert']?.slice(0, lane) ?? [];
    });
    const page = await pageOf(exchange, { query, cursor, limit: 1_000 });
    const earliest = await pageOf(exchange, { query: `${query}&kind=alert`, limit: 1_000 });
    expect(page.gap).toBeUndefined();
    expect(page.items.map(({ id }) => id)).toEqual(earliest.items.map(({ id }) => id));
  });
});

function changed(cursor: string, at: number): string {
  const bytes = Buffer.from(cursor, 'base64url');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64url');
}
