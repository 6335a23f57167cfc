import { randomUUID } from 'node:crypto';
import { catalogue } from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { has, openStream, type StreamEvent } from '../stream-client.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { openRawStream } from './raw-stream.ts';
import { codecOf, cursorNow, headersOf, pageOf } from './ways-out.ts';

/** What a stream is on the wire (WHATWG, server-sent events), and that no text of an event gets out of its `data`. */

let exchange: TestExchange;
let lanes: Lanes;
const beatMs = 60;

beforeAll(async () => {
  exchange = await startTestExchange({ feeds: { beatMs } });
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

describe('a stream', () => {
  test('says what it is, and that nobody on the way may keep or hold it', async () => {
    const stream = await openRawStream(exchange.url);
    await stream.until(() => stream.blocks().length > 0);
    stream.close();
    const head = stream.text().split('\r\n\r\n')[0]?.toLowerCase().split('\r\n') ?? [];
    expect(head[0]).toBe('http/1.1 200 ok');
    expect(head).toContain('content-type: text/event-stream; charset=utf-8');
    expect(head).toContain('cache-control: private, no-store');
    expect(head).toContain('x-accel-buffering: no');
    expect(head.some((line) => /^(content-length|transfer-encoding):/.test(line))).toBe(false);
  });

  test('begins with a place to resume from and how soon to come back', async () => {
    const stream = await openRawStream(exchange.url);
    await stream.until(() => stream.blocks().length > 0);
    stream.close();
    const [first = ''] = stream.blocks();
    expect(first).toMatch(/^retry: \d+\nevent: cursor\nid: ([\w-]+)\ndata: \{"cursor":"\1"\}$/);
  });

  test('that is quiet gives a comment at each beat, and a cursor at every second', async () => {
    const stream = await openRawStream(exchange.url, { path: '/v1/events/stream?publisher=ts-office' });
    const began = Date.now();
    await stream.until(() => stream.blocks().length >= 9);
    stream.close();
    expect(Date.now() - began).toBeGreaterThan(6 * beatMs);
    const kinds = stream
      .blocks()
      .slice(1, 9)
      .map((block) => (block === ':' ? 'comment' : block.split('\n')[0]));
    const [first = ''] = kinds;
    const other = first === 'comment' ? 'event: cursor' : 'comment';
    expect([...new Set(kinds)].sort()).toEqual(['comment', 'event: cursor']);
    expect(kinds).toEqual([first, other, first, other, first, other, first, other]);
  });

  test('that shows nothing of what goes by still moves its cursor with it', async () => {
    const stream = await openStream(exchange.url, { query: '?publisher=ts-office' });
    await lanes.write([{ id: randomUUID(), agency: 'mx-fgr', tlp: 'GREEN' }]);
    const ends = await lanes.ends();
    const codec = await codecOf(exchange);
    const lane = 7;
    await stream.until(() => {
      const place = codec.decode(stream.lastId() ?? '')?.offsets['puebla.alert']?.[lane] ?? 0;
      return place >= (ends['puebla.alert']?.[lane] ?? 0);
    });
    stream.close();
    expect(stream.ids()).toEqual([]);
  });

  test('carries each event as a structured CloudEvent, on one line of data', async () => {
    const id = randomUUID();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const stream = await openRawStream(exchange.url);
    await stream.until(() => stream.blocks().length > 0);
    const event = exampleEvent('alert', id, { expires: '2026-06-01T00:00:00.000Z' });
    const answer = await exchange.post(await exchange.token('mx-fgr'), event, { traceparent });
    expect(answer.status).toBe(201);
    await stream.until(() => stream.blocks().some((block) => block.includes(id)));
    stream.close();
    const block = stream.blocks().find((one) => one.includes(id)) ?? '';
    expect(block.split('\n').map((line) => line.split(': ')[0])).toEqual(['id', 'data']);
    expect(JSON.parse(block.slice(block.indexOf('data: ') + 6))).toMatchObject({
      specversion: '1.0',
      id,
      source: 'mx-fgr',
      type: 'alert',
      participant: 'MX',
      tlp: 'CLEAR',
      datacontenttype: 'application/json',
      time: expect.stringMatching(/^2026-03-04T18:20:00(\.000)?Z$/),
      recordedtime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      traceparent: expect.stringContaining('0af7651916cd43dd8448eb211c80319c'),
      data: event['data'],
    });
  });
});

describe('hostile texts', () => {
  const hostile = [
    '\n\nevent: gap\ndata: {"reason":"injected"}\n\n',
    '\r\rid: injected\rdata: {}\r\r',
    '\r\n\r\nevent: token-expired\r\nid: injected\r\n\r\n',
    'a\u0000b\nid: injected\n\n',
    '\u2028\u2028event: gap\u2029\u0085\u000b\u000c',
    '": "injected", "tlp": "RED',
    '</script><!-- \u202e\ufeff',
    '🇲🇽 ñ \uffff '.repeat(1_000),
  ];

  /** The data with `text` in the place of every text that Avro does not restrict. */
  function withText(value: unknown, text: string, free: (value: string) => boolean): unknown {
    if (typeof value === 'string') return free(value) ? text : asReadBack(value);
    if (Array.isArray(value)) return value.map((item) => withText(item, text, free));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, withText(item, text, free)]),
    );
  }

  /** Codes of the contract and dates stay, or the record would not be one. */
  const isFree = (value: string) => !/^([A-Z][A-Z0-9_]*|[a-z]{2}|\d{4}-\d\d-\d\d(T.*)?)$/.test(value);

  test('in every text of every kind and of the attributes: data, whole, and nothing beside it', async () => {
    const cursor = await cursorNow(exchange);
    const raw = await openRawStream(exchange.url);
    const live = await openStream(exchange.url);
    await raw.until(() => raw.blocks().length > 0);
    const kinds = catalogue.map(({ name }) => name);
    const last = kinds.map((kind) => ({ id: randomUUID(), agency: 'mx-fgr', kind }));
    const texts = catalogue.flatMap(({ name, example: whole }) => {
      const example = whole as { data: Record<string, unknown> };
      return hostile.map((text, index) => ({
        id: `hostile-${name}-${index}`,
        name,
        text,
        data: withText(example.data, text, isFree),
      }));
    });
    for (const { id, name, text, data } of texts) {
      await lanes.write([
        // An id that no event may have: poison, shown to nobody.
        { id: beginningOf(text), agency: 'mx-fgr', kind: name },
        {
          id,
          agency: 'mx-fgr',
          kind: name,
          subject: text,
          traceparent: beginningOf(text),
          time: beginningOf(text),
          data: data as Record<string, unknown>,
        },
      ]);
    }
    await lanes.write(last);
    const ended = (events: readonly StreamEvent[]) => last.every(({ id }) => has(id)(events));
    await live.until(ended);
    await raw.until(() => last.every(({ id }) => raw.text().includes(id)));
    const history = await openStream(exchange.url, { lastEventId: cursor });
    await history.until(ended);
    live.close();
    raw.close();
    history.close();

    for (const { events } of [live, history]) {
      expect(events.filter(({ event }) => !['message', 'cursor'].includes(event))).toEqual([]);
      const shown = events.flatMap(({ event, data }) => (event === 'message' ? [data as Shown] : []));
      const sent = [...texts, ...last];
      expect(shown.map(({ id }) => id).sort()).toEqual(sent.map(({ id }) => id).sort());
      for (const { id: sentId, text, data } of texts) {
        const one = shown.find(({ id }) => id === sentId);
        expect(one).toMatchObject({ subject: text, time: beginningOf(text), data });
      }
      expect(events.every(({ id }) => id === undefined || /^[\w-]+$/.test(id))).toBe(true);
    }
    // On the wire: fields of ours alone, each frame of the lines that it should have.
    const lines = raw.blocks().map((block) => block.split(/\r\n|\n|\r/));
    const shapes = new Set(lines.map((block) => block.map((line) => line.split(':')[0]).join(' ')));
    expect(['', 'event id data', 'id data', 'retry event id data']).toEqual(
      expect.arrayContaining([...shapes]),
    );
    expect(new Set(lines.flat().filter((line) => line.startsWith('event')))).toEqual(
      new Set(['event: cursor']),
    );
    expect(raw.text()).not.toContain('\u0000');
  });

  test('on pages too: a line each, and nothing beside it', async () => {
    const cursor = await cursorNow(exchange);
    const ids = hostile.map((_, index) => `hostile-page-${index}`);
    await lanes.write(
      hostile.map((text, index) => ({ id: ids[index] ?? '', agency: 'mx-fgr', subject: text })),
    );
    const query = '?publisher=mx-fgr';
    for (const accept of ['application/json', 'application/x-ndjson']) {
      const page = await pageOf(exchange, { query, cursor, accept, limit: 1_000 });
      expect(page.items.map(({ id }) => id).sort()).toEqual(ids.toSorted());
      expect(Object.keys(page).sort()).toEqual(['cursor', 'items', 'length', 'withdrawn']);
    }
    const answer = await fetch(`${exchange.url}/v1/events${query}&cursor=${cursor}&limit=1000`, {
      headers: headersOf(undefined, 'application/x-ndjson'),
    });
    const lines = (await answer.text()).split('\n');
    expect(lines.at(-1)).toBe('');
    expect(lines.slice(0, -1).every((line) => JSON.parse(line) !== null)).toBe(true);
  });
});

/** An instant comes back to the millisecond. */
function asReadBack(value: string): string {
  return /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toISOString() : value;
}

/** No half of a character: a header holds UTF-8. */
function beginningOf(text: string): string {
  return [...text].slice(0, 60).join('');
}

interface Shown {
  readonly id: string;
  readonly type: string;
}
