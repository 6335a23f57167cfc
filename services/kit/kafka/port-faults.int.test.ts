import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Kafka } from './client.ts';
import type { Contender } from './compared/plain.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { Follower } from './follow.ts';
import { keysOf, openPortStage, type PortStage } from './port-stage.ts';
import type { RecordToSend, SendOutcome } from './producer.ts';
import type { LogRecord } from './record.ts';
import { encodeRecord } from './record-batch.ts';

/** The contract of the Kafka port under faults that last: half-open connections, delays, cuts, a broker that comes late. */

const sendTimeoutMs = 4_000;
/** Beyond a bound, for a busy machine. */
const slackMs = 10_000;
let stage: PortStage;
let topic = '';
let proxy: FaultProxy;
/** Reaches the broker through the proxy. */
let faulty: Kafka;
let direct: Kafka;
let createProducer: Contender['createProducer'];
let follow: Contender['follow'];

beforeAll(async () => {
  stage = await openPortStage();
  ({ proxy, direct } = stage);
  ({ createProducer, follow } = stage.client);
});
beforeEach(async () => {
  ({ topic, faulty } = await stage.fresh());
});
afterAll(() => stage.close());

const record = (key: string, partition = 0, value: Buffer | null = Buffer.from(key)): RecordToSend => ({
  topic,
  partition,
  content: encodeRecord(key, value, []),
});

const readAll = (partition = 0): Promise<LogRecord[]> => stage.readAll(topic, partition);

/** Waits until it holds; what it waits for is asserted by the caller. */
async function until(holds: () => boolean, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!holds() && Date.now() < deadline) await sleep(20);
}

describe('half-open connections', () => {
  test('requests pass and answers do not: the outcome is open, the record is there', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    expect(await producer.send([record('warm')])).toMatchObject([{ state: 'written' }]);
    proxy.swallow('answers');
    const began = performance.now();
    expect(await producer.send([record('unanswered')])).toEqual([{ state: 'unknown' }]);
    expect(performance.now() - began).toBeLessThan(sendTimeoutMs + slackMs);
    proxy.heal();
    expect(await producer.send([record('after')])).toMatchObject([{ state: 'written', offset: 2 }]);
    expect(keysOf(await readAll())).toEqual(['warm', 'unanswered', 'after']);
    producer.close();
  });

  test('requests are swallowed: the outcome is open, the record is not there', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    expect(await producer.send([record('warm')])).toMatchObject([{ state: 'written' }]);
    proxy.swallow('requests');
    expect(await producer.send([record('swallowed')])).toEqual([{ state: 'unknown' }]);
    proxy.heal();
    expect(await producer.send([record('after')])).toMatchObject([{ state: 'written', offset: 1 }]);
    expect(keysOf(await readAll())).toEqual(['warm', 'after']);
    producer.close();
  });
});

describe('order', () => {
  test('sends through cuts: what was written has the offsets of its order, and an event is there once', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    const written: { key: string; offset: number }[] = [];
    const open: string[] = [];
    for (let round = 0; round < 40; round += 1) {
      const keys = Array.from({ length: 25 }, (_, n) => `r${round}-${n}`);
      if (round % 8 === 3) setTimeout(() => proxy.cut(), round % 3);
      const outcomes: SendOutcome[] = await producer.send(keys.map((key) => record(key)));
      outcomes.forEach((outcome, n) => {
        const key = keys[n] ?? '';
        if (outcome.state === 'written') written.push({ key, offset: outcome.offset });
        else if (outcome.state === 'unknown') open.push(key);
      });
    }
    const lane = await readAll();
    const keys = keysOf(lane);
    expect(new Set(keys).size).toBe(keys.length);
    expect(written.length).toBeGreaterThan(800);
    for (const { key, offset } of written) expect(lane[offset]?.key).toBe(key);
    const acknowledged = written.map(({ key }) => key);
    const isOpen = new Set<string | null>(open);
    expect(keys.filter((key) => !isOpen.has(key))).toEqual(acknowledged);
    producer.close();
  });

  test('everything comes late: sends are written in order', async () => {
    proxy.delay(100);
    const producer = createProducer(faulty, { sendTimeoutMs });
    for (const key of ['a', 'b', 'c'])
      expect(await producer.send([record(key)])).toMatchObject([{ state: 'written' }]);
    expect(keysOf(await readAll())).toEqual(['a', 'b', 'c']);
    producer.close();
  });
});

test('fairness: a lane with a long backlog does not hold back the lanes beside it', async () => {
  const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
  const big = Buffer.alloc(100_000, 'x');
  for (let n = 0; n < 40; n += 1) {
    const piece = Array.from({ length: 5 }, (_, index) => record(`big-${n}-${index}`, 0, big));
    expect((await producer.send(piece)).every(({ state }) => state === 'written')).toBe(true);
  }
  await producer.send([record('small-1', 1), record('small-2', 2)]);
  const pieces: string[][] = [];
  const follower = follow(direct, {
    topics: [topic],
    from: {},
    role: 'fair',
    maxBytes: 1_000_000,
    onRecords: (records) => {
      pieces.push(records.map(({ key }) => key ?? ''));
    },
  });
  await until(() => pieces.flat().length >= 202);
  await follower.close();
  expect(pieces.flat()).toHaveLength(202);
  // An answer holds some ten of the big ones: the small ones came long before the backlog was through.
  expect(pieces.findIndex((keys) => keys.includes('small-1'))).toBeLessThan(5);
  expect(pieces.findIndex((keys) => keys.includes('small-2'))).toBeLessThan(5);
  producer.close();
});

test('tombstones: a record without a value is written and read as one, its neighbours untouched', async () => {
  const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
  await producer.send([
    record('a'),
    record('gone', 0, null),
    record('empty', 0, Buffer.alloc(0)),
    record('b'),
  ]);
  const lane = await readAll();
  expect(keysOf(lane)).toEqual(['a', 'gone', 'empty', 'b']);
  expect(lane.map(({ value }) => value?.length ?? null)).toEqual([1, null, 0, 1]);
  producer.close();
});

describe('recovery', () => {
  test('a client that begins while no broker answers works when one does', async () => {
    proxy.down();
    const producer = createProducer(faulty, { sendTimeoutMs });
    const seen: string[] = [];
    const troubles: unknown[] = [];
    const follower = follow(faulty, {
      topics: [topic],
      from: {},
      role: 'late',
      onRecords: (records) => {
        seen.push(...keysOf(records).map(String));
      },
      onTrouble: (error) => troubles.push(error),
    });
    expect(await producer.send([record('early')])).toEqual([{ state: 'unsent' }]);
    await until(() => troubles.length > 0);
    expect(troubles.length).toBeGreaterThan(0);
    proxy.heal();
    expect(await producer.send([record('later')])).toMatchObject([{ state: 'written', offset: 0 }]);
    await until(() => seen.length > 0);
    expect(seen).toEqual(['later']);
    await follower.close();
    producer.close();
  });

  test('metadata: lanes that a topic gains are written and read once the layout is asked for again', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    expect(await producer.send([record('first')])).toMatchObject([{ state: 'written' }]);
    await stage.ensureLanes(topic, 5);
    proxy.cut();
    let outcome: SendOutcome | undefined;
    const deadline = Date.now() + 60_000;
    while (outcome?.state !== 'written' && Date.now() < deadline) {
      faulty.forgetLayout();
      [outcome] = await producer.send([record('fifth', 4)]);
    }
    expect(outcome).toMatchObject({ state: 'written', offset: 0 });
    direct.forgetLayout();
    expect(keysOf(await readAll(4))).toEqual(['fifth']);
    producer.close();
  });
});

describe('a topic that is deleted and made anew', () => {
  /** One more than the first topic had: a position of the old topic lies inside the new one. */
  const inNew = 4;

  test('a follower says where its old place ends, and gives all of the new topic', async () => {
    const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
    const old = ['old-0', 'old-1', 'old-2'];
    const written = { state: 'written' };
    expect(await producer.send(old.map((key) => record(key)))).toMatchObject(old.map(() => written));
    const seen: string[] = [];
    const gaps: unknown[] = [];
    const follower = follow(faulty, {
      topics: [topic],
      from: {},
      role: 'anew',
      maxWaitMs: 50,
      onRecords: (records) => {
        seen.push(...keysOf(records).map(String));
      },
      onGap: (gap) => gaps.push(gap),
    });
    await until(() => seen.length === old.length);
    expect(seen).toEqual(old);
    await stage.makeAnew(topic);
    const anew = Array.from({ length: inNew }, (_, n) => `new-${n}`);
    const writer = createProducer(stage.another(), { sendTimeoutMs: 30_000 });
    expect(await writer.send(anew.map((key) => record(key)))).toMatchObject(
      anew.map((_, offset) => ({ state: 'written', offset })),
    );
    await until(() => seen.length >= old.length + inNew);
    expect(seen).toEqual([...old, ...anew]);
    expect(gaps).toContainEqual({ topic, partition: 0, from: 3, to: 0 });
    await follower.close();
    writer.close();
    producer.close();
  });

  test('a producer writes to the new topic or says that it did not; what it calls written is there', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    expect(await producer.send([record('old-0'), record('old-1')])).toMatchObject([
      { offset: 0 },
      { offset: 1 },
    ]);
    await stage.makeAnew(topic);
    const outcomes = new Map<string, SendOutcome | undefined>();
    for (let n = 0; n < 50 && outcomes.get(`new-${n - 1}`)?.state !== 'written'; n += 1) {
      outcomes.set(`new-${n}`, (await producer.send([record(`new-${n}`)]))[0]);
      await sleep(20);
    }
    direct.forgetLayout();
    const lane = await readAll();
    const written = [...outcomes].filter(([, outcome]) => outcome?.state === 'written');
    expect(written).toHaveLength(1);
    for (const [key, outcome] of written) {
      expect(lane.filter((one) => one.key === key)).toMatchObject([
        { offset: (outcome as { offset: number }).offset },
      ]);
    }
    for (const { key } of lane) expect(['written', 'unknown']).toContain(outcomes.get(key ?? '')?.state);
    producer.close();
  });
});

test('resource stability: connections do not add up over a hundred cuts', async () => {
  const producer = createProducer(faulty, { sendTimeoutMs });
  const follower = follow(faulty, {
    topics: [topic],
    from: {},
    role: 'stable',
    maxWaitMs: 20,
    onRecords: () => {},
  });
  await producer.send([record('warm')]);
  await sleep(100);
  const before = proxy.connections;
  expect(before).toBeGreaterThan(0);
  for (let round = 0; round < 100; round += 1) {
    proxy.cut();
    await producer.send([record(`r${round}`)]);
  }
  await until(() => proxy.connections <= before + 1);
  expect(proxy.connections).toBeLessThanOrEqual(before + 1);
  await follower.close();
  producer.close();
});

describe('shutdown', () => {
  test('a send under way ends within its bound when the producer is closed', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    await producer.send([record('warm')]);
    proxy.silence();
    const sending = producer.send([record('under way')]);
    await sleep(50);
    const began = performance.now();
    producer.close();
    expect(await sending).toEqual([{ state: 'unknown' }]);
    expect(performance.now() - began).toBeLessThan(sendTimeoutMs + slackMs);
  });

  test('a follower in a long poll of a broker that says nothing closes at once', async () => {
    const follower: Follower = follow(faulty, {
      topics: [topic],
      from: {},
      role: 'closing',
      maxWaitMs: 20_000,
      onRecords: () => {},
    });
    await until(() => follower.lastAnswer() > 0, 2_000);
    proxy.silence();
    await sleep(50);
    const began = performance.now();
    await follower.close();
    expect(performance.now() - began).toBeLessThan(slackMs);
  });
});
