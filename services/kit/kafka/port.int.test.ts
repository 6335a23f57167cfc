import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Kafka } from './client.ts';
import type { Contender } from './compared/plain.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { keysOf, openPortStage, type PortStage } from './port-stage.ts';
import type { RecordToSend } from './producer.ts';
import type { LogRecord } from './record.ts';
import { encodeRecord } from './record-batch.ts';
import { hasTwin, identityOf, resentKey } from './twin.ts';

/** The contract of the Kafka port, what is produced and followed, against a real broker behind a proxy that makes faults. */

/** A young broker takes a second to give its first producer id, on a slow machine two. */
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

function record(key: string, partition = 0, headers: Record<string, string> = {}): RecordToSend {
  return {
    topic,
    partition,
    content: encodeRecord(key, Buffer.from(`value of ${key}`), Object.entries(headers)),
  };
}

const readAll = (partition = 0): Promise<LogRecord[]> => stage.readAll(topic, partition);

describe('producer reliability', () => {
  test('the answer to a send is lost, another event is sent: both are in the log, once', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    const lost = proxy.loseNextAnswer();
    expect(await producer.send([record('first')])).toEqual([{ state: 'unknown' }]);
    await lost;
    const [second] = await producer.send([record('second')]);
    expect(second).toMatchObject({ state: 'written', offset: 1 });
    expect(keysOf(await readAll())).toEqual(['first', 'second']);
    producer.close();
  });

  test('a request that arrives after its event was sent again is fenced: the lane has the event once', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    expect(await producer.send([record('before')])).toMatchObject([{ state: 'written' }]);
    const held = proxy.holdNextRequest();
    expect(await producer.send([record('late')])).toEqual([{ state: 'unknown' }]);
    const request = await held;
    expect(await producer.send([record(resentKey('late'), 0, { resent: '1' })])).toMatchObject([
      { state: 'written' },
    ]);
    await request.deliver();
    await sleep(200);
    expect(keysOf(await readAll())).toEqual(['before', resentKey('late')]);
    producer.close();
  });

  test('a request that arrives before its event is sent again is the twin that readers find', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    expect(await producer.send([record('before')])).toMatchObject([{ state: 'written' }]);
    const held = proxy.holdNextRequest();
    expect(await producer.send([record('early')])).toEqual([{ state: 'unknown' }]);
    await (await held).deliver();
    await producer.send([record(resentKey('early'), 0, { resent: '1' }), record('after')]);
    const records = await readAll();
    const seen: string[] = [];
    for (const one of records) {
      if (!(await hasTwin(direct, 'twins', one))) seen.push(identityOf(one.key ?? ''));
    }
    expect(seen).toEqual(['before', 'early', 'after']);
    producer.close();
  });

  test('a broker that says nothing ends a send within its bound, as an open outcome', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    await producer.prepare();
    await producer.send([record('warm')]);
    proxy.silence();
    const started = performance.now();
    expect(await producer.send([record('unheard')])).toEqual([{ state: 'unknown' }]);
    expect(performance.now() - started).toBeLessThan(sendTimeoutMs + slackMs);
    proxy.heal();
    expect(await producer.send([record('heard')])).toMatchObject([{ state: 'written' }]);
    producer.close();
  });

  test('a broker that is gone is told as not written, and the producer recovers by itself', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs });
    await producer.send([record('warm')]);
    proxy.down();
    await sleep(50);
    const [outcome] = await producer.send([record('nowhere')]);
    expect(['unsent', 'unknown']).toContain(outcome?.state);
    proxy.heal();
    expect(await producer.send([record('back')])).toMatchObject([{ state: 'written' }]);
    expect(keysOf(await readAll())).toEqual(['warm', 'back']);
    producer.close();
  });

  test('a record over the broker limit is refused alone; the other lanes of the batch are written', async () => {
    const producer = createProducer(faulty, { sendTimeoutMs: 30_000 });
    const huge = { topic, partition: 1, content: encodeRecord('huge', Buffer.alloc(8 * 1024 * 1024), []) };
    expect(await producer.send([record('small', 0), huge])).toMatchObject([
      { state: 'written', offset: 0 },
      { state: 'refused' },
    ]);
    expect(await producer.send([record('next', 1)])).toMatchObject([{ state: 'written', offset: 0 }]);
    producer.close();
  });

  test('thousands of records over all lanes are acknowledged with their own offsets', async () => {
    const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
    const records = Array.from({ length: 6_000 }, (_, index) => record(`n${index}`, index % 3));
    const outcomes = await producer.send(records);
    for (const partition of [0, 1, 2]) {
      const lane = await readAll(partition);
      expect(lane).toHaveLength(2_000);
      for (const one of lane) {
        const index = Number(one.key?.slice(1));
        expect(outcomes[index]).toEqual({ state: 'written', offset: one.offset, timestamp: one.timestamp });
      }
    }
    producer.close();
  });
});

describe('following', () => {
  test('a follower gives each record once and in order across cut connections', async () => {
    const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
    const seen: number[][] = [[], [], []];
    const follower = follow(faulty, {
      topics: [topic],
      from: {},
      role: 'follow',
      maxWaitMs: 50,
      onRecords: (records) => {
        for (const one of records) seen[one.partition]?.push(one.offset);
      },
    });
    for (let round = 0; round < 10; round += 1) {
      await producer.send(Array.from({ length: 30 }, (_, index) => record(`r${round}-${index}`, index % 3)));
      if (round % 3 === 1) proxy.cut();
      await sleep(20);
    }
    const deadline = Date.now() + 60_000;
    while (seen.flat().length < 300 && Date.now() < deadline) await sleep(20);
    const whole = Array.from({ length: 100 }, (_, offset) => offset);
    expect(seen).toEqual([whole, whole, whole]);
    await follower.close();
    producer.close();
  });

  test('keys, values, headers and the append time come back as they were', async () => {
    const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
    const [outcome] = await producer.send([record('ñandú', 2, { ce_id: 'x', note: 'día' })]);
    const [one] = await readAll(2);
    expect(one).toMatchObject({ key: 'ñandú', headers: { ce_id: 'x', note: 'día' } });
    expect(one?.value?.toString()).toBe('value of ñandú');
    expect(outcome).toEqual({ state: 'written', offset: 0, timestamp: one?.timestamp });
    producer.close();
  });
});
