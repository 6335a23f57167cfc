import { randomBytes } from 'node:crypto';
import {
  type CursorCodec,
  createCursorCodec,
  createMetrics,
  currentDirectory,
  type MutableOffsets,
} from '@puebla/kit';
import {
  anonymous,
  demonstrationRegister,
  type Filter,
  noThreadStates,
  type Reader,
  readerOf,
} from '@puebla/schemas';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { maxBufferedBytes } from './backpressure.ts';
import { createDeliveries } from './deliveries.ts';
import { eventAt, type OpenResponse, type Responses, startResponses } from './stage.ts';
import { createSubscribers, type Subscriber, type Subscribers } from './subscribers.ts';

const directory = currentDirectory(demonstrationRegister);
const codec = createCursorCodec(randomBytes(32));
let encodings = 0;
/** The real codec, counted. */
const cursors: CursorCodec = {
  decode: codec.decode,
  encode(position) {
    encodings += 1;
    return codec.encode(position);
  },
};
let responses: Responses;
let subscribers: Subscribers;
/** Whether the audit takes entries. */
let isAuditUp: boolean;
/** Of the feed. */
let position: MutableOffsets;

beforeAll(async () => {
  responses = await startResponses();
});
afterAll(() => responses.close());
beforeEach(() => {
  encodings = 0;
  position = { 'puebla.alert': [0, 0], 'puebla.practice': [0, 0] };
  isAuditUp = true;
  const deliveries = createDeliveries({ note: () => isAuditUp });
  const metrics = createMetrics();
  subscribers = createSubscribers({
    clusterId: 'here',
    cursors,
    directory,
    threads: noThreadStates,
    deliveries,
    metrics,
  });
});

/** The next event of a lane comes in. */
function take(about: Parameters<typeof eventAt>[1] = {}, topic = 'puebla.alert', partition = 0): string {
  const lanes = position[topic] ?? [];
  const offset = lanes[partition] ?? 0;
  lanes[partition] = offset + 1;
  const event = eventAt({ topic, partition, offset }, about);
  subscribers.take(event, position);
  return event.id;
}

interface Joined extends OpenResponse {
  readonly leave: () => void;
  readonly behindAt: MutableOffsets[];
  readonly subscriber: Subscriber;
}

async function join(key = '', filter: Filter = {}, reader: Reader = anonymous): Promise<Joined> {
  const opened = await responses.open();
  return { ...opened, ...joinWith(opened, key, filter, reader) };
}

function joinWith(opened: OpenResponse, key: string, filter: Filter = {}, reader: Reader = anonymous) {
  const behindAt: MutableOffsets[] = [];
  let leave = (_: MutableOffsets): void => {};
  const subscriber: Subscriber = {
    res: opened.res,
    quiet: true,
    onBehind(place) {
      behindAt.push(place);
      leave(place);
    },
  };
  leave = subscribers.join(subscriber, key, { filter, reader, history: false }, position);
  return { leave: () => leave(position), behindAt, subscriber };
}

interface Frame {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: { readonly id?: string };
}

/** Ends the response and gives all that its reader got. */
async function framesOf(opened: OpenResponse): Promise<Frame[]> {
  const end = ': the end\n\n';
  opened.res.end(end);
  while (!opened.text().endsWith(end)) await opened.untilBytes(Buffer.byteLength(opened.text()) + 1);
  const blocks = opened.text().split('\n\n');
  return blocks.filter((block) => block !== '' && !block.startsWith(':')).map(frameFrom);
}

function frameFrom(block: string): Frame {
  const fields = new Map(
    block.split('\n').map((line) => [line.split(': ', 1)[0], line.replace(/^\w+: /, '')]),
  );
  return { event: fields.get('event'), id: fields.get('id'), data: JSON.parse(fields.get('data') ?? '') };
}

const idsOf = (frames: readonly Frame[]) => frames.map(({ data }) => data.id);

describe('one encoding', () => {
  test('serves all subscribers of all groups', async () => {
    const all = [
      await join('a'),
      await join('a'),
      await join('b', { kind: ['alert'] }),
      await join('c', {}, readerOf(directory.current(), 'gt-pgn') ?? anonymous),
    ];
    const ids = [take(), take(), take()];
    subscribers.flush(position);
    expect(encodings).toBe(3);
    for (const one of all) expect(idsOf(await framesOf(one))).toEqual(ids);
  });

  test('is not made for an event that nobody here may or wants to see', async () => {
    await join('a', { kind: ['practice'] });
    await join('b');
    take({ head: { tlp: 'GREEN' } });
    subscribers.flush(position);
    expect(encodings).toBe(0);
  });

  test('and one for all quiet ones at the beat', async () => {
    const all = [await join('a'), await join('a'), await join('b')];
    subscribers.beat(position, true);
    expect(encodings).toBe(1);
    for (const one of all) expect((await framesOf(one)).map(({ event }) => event)).toEqual(['cursor']);
  });
});

test('each group gets what its reader may read and its filter takes', async () => {
  const everybody = await join('');
  const member = await join('gt-pgn', {}, readerOf(directory.current(), 'gt-pgn') ?? anonymous);
  const guest = await join('es-interior', {}, readerOf(directory.current(), 'es-interior') ?? anonymous);
  const filtered = await join(
    'gt-pgn kind',
    { kind: ['practice'] },
    readerOf(directory.current(), 'gt-pgn') ?? anonymous,
  );
  const clear = take();
  const green = take({ head: { id: 'green', tlp: 'GREEN' } }, 'puebla.practice');
  const amber = take({ head: { id: 'amber', tlp: 'AMBER', readers: 'SV,GT' } });
  take({ head: { id: 'others', tlp: 'AMBER', readers: 'SV,gt-mp' } });
  subscribers.flush(position);
  expect(idsOf(await framesOf(everybody))).toEqual([clear]);
  expect(idsOf(await framesOf(member))).toEqual([clear, green, amber]);
  expect(idsOf(await framesOf(guest))).toEqual([clear]);
  expect(idsOf(await framesOf(filtered))).toEqual([green]);
});

test('an event’s cursor lies just behind it, not behind what came with it', async () => {
  const one = await join();
  take();
  take();
  subscribers.flush(position);
  const places = (await framesOf(one)).map(({ id }) => codec.decode(id ?? '')?.offsets['puebla.alert']);
  expect(places).toEqual([
    [1, 0],
    [2, 0],
  ]);
});

describe('while the feed waits in the middle of a piece', () => {
  test('who joins gets nothing of what came before, who was there gets it once', async () => {
    const early = await join();
    const first = take();
    const late = await join();
    const second = take();
    subscribers.flush(position);
    expect(idsOf(await framesOf(early))).toEqual([first, second]);
    expect(idsOf(await framesOf(late))).toEqual([second]);
  });

  test('who leaves has got what came before', async () => {
    const one = await join();
    const other = await join();
    const first = take();
    one.leave();
    const second = take();
    subscribers.flush(position);
    expect(idsOf(await framesOf(one))).toEqual([first]);
    expect(idsOf(await framesOf(other))).toEqual([first, second]);
  });

  test('a cursor at the beat comes behind what came before', async () => {
    const one = await join();
    const first = take();
    one.subscriber.quiet = true;
    subscribers.beat(position, true);
    one.subscriber.quiet = true;
    subscribers.beat(position, true);
    const frames = await framesOf(one);
    expect(frames[0]?.data.id).toBe(first);
    expect(frames.at(-1)?.event).toBe('cursor');
  });
});

describe('the beat', () => {
  test('gives a cursor to who got nothing since the last one, a comment to the others', async () => {
    const quiet = await join('practice', { kind: ['practice'] });
    const busy = await join('');
    subscribers.beat(position, true);
    const id = take();
    subscribers.flush(position);
    subscribers.beat(position, true);
    subscribers.beat(position, false);
    const frames = await framesOf(quiet);
    expect(frames.map(({ event }) => event)).toEqual(['cursor', 'cursor']);
    expect(codec.decode(frames[1]?.id ?? '')?.offsets).toMatchObject(position);
    expect(quiet.text()).toMatch(/\n\n:\n\n: the end/);
    expect((await framesOf(busy)).map(({ event, data }) => event ?? data.id)).toEqual(['cursor', id]);
    expect(busy.text()).toMatch(/\n\n:\n\n:\n\n: the end/);
  });
});

describe('a reader that takes nothing', () => {
  test('leaves the live feed with a bounded number of bytes, and stops nobody', async () => {
    const slow = await join();
    const quick = await join();
    slow.pause();
    const padding = 50_000;
    let sent = 0;
    for (; slow.behindAt.length === 0 && sent < 5_000; sent += 1) {
      take({ padding });
      subscribers.flush(position);
      await quick.untilBytes((sent + 1) * padding);
    }
    expect(slow.behindAt).toEqual([{ 'puebla.alert': [sent, 0], 'puebla.practice': [0, 0] }]);
    expect(slow.res.writableLength).toBeGreaterThan(maxBufferedBytes);
    const bound = slow.res.writableLength;
    expect(bound).toBeLessThan(maxBufferedBytes + 2 * padding);
    for (let more = 0; more < 20; more += 1) take({ padding });
    subscribers.flush(position);
    expect(slow.res.writableLength).toBeLessThanOrEqual(bound);
    await quick.untilBytes((sent + 20) * padding);
    expect(idsOf(await framesOf(quick))).toHaveLength(sent + 20);
  });

  test('leaves it in the middle of what comes together, and goes on from there', async () => {
    const slow = await join();
    slow.pause();
    const padding = 50_000;
    // More than a connection holds.
    const ids = Array.from({ length: 1_000 }, () => take({ padding }));
    subscribers.flush(position);
    expect(slow.res.writableLength).toBeLessThan(2 * 1024 * 1024);
    expect(slow.behindAt).toHaveLength(1);
    slow.resume();
    const written = idsOf(await framesOf(slow));
    expect(written).toEqual(ids.slice(0, slow.behindAt[0]?.['puebla.alert']?.[0]));
  });

  test('is told a place that does not move with the feed', async () => {
    const slow = await join();
    slow.pause();
    while (slow.behindAt.length === 0) {
      take({ padding: 200_000 });
      subscribers.flush(position);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const told = structuredClone(slow.behindAt[0]);
    take();
    expect(slow.behindAt[0]).toEqual(told);
  });
});

test('what must not be shown without an entry of the audit is held back, with its place; others go on', async () => {
  const reader = readerOf(directory.current(), 'gt-pgn') ?? anonymous;
  const strict = { head: { tlp: 'AMBER_STRICT' as const, readers: 'gt-pgn' } };
  const named = await join('named', {}, reader);
  const other = await join('other');
  const seen = [take(), take(strict)];
  isAuditUp = false;
  const before = structuredClone(position);
  take(strict);
  const after = take();
  subscribers.flush(position);
  expect(named.behindAt).toEqual([before]);
  expect(idsOf(await framesOf(named))).toEqual(seen);
  expect(other.behindAt).toEqual([]);
  expect(idsOf(await framesOf(other))).toEqual([seen[0], after]);
});

test('a group ends with its last member, and begins anew', async () => {
  const one = await join('key');
  one.leave();
  one.leave();
  take();
  subscribers.flush(position);
  expect(encodings).toBe(0);
  const again = await join('key', { kind: ['practice'] });
  const id = take({}, 'puebla.practice');
  take();
  subscribers.flush(position);
  expect(idsOf(await framesOf(again))).toEqual([id]);
});
