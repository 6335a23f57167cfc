import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Kafka } from './client.ts';
import { ends, offsetsAt, starts } from './list-offsets.ts';
import { keysOf, openPortStage, type PortStage } from './port-stage.ts';
import { createProducer, type RecordToSend } from './producer.ts';
import { readOnce } from './read-lanes.ts';
import { encodeRecord } from './record-batch.ts';

/** The contract of the Kafka port, what is asked once: reads, ends, topics. */

let stage: PortStage;
let topic = '';
let direct: Kafka;

beforeAll(async () => {
  stage = await openPortStage();
  ({ direct } = stage);
});
beforeEach(async () => {
  ({ topic } = await stage.fresh());
});
afterAll(() => stage.close());

const record = (key: string, partition = 0): RecordToSend => ({
  topic,
  partition,
  content: encodeRecord(key, Buffer.from(`value of ${key}`), []),
});

describe('reading', () => {
  test('a fetch that begins inside a batch gives only what was asked for', async () => {
    const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
    await producer.send(Array.from({ length: 50 }, (_, index) => record(`b${index}`)));
    const [lane] = await readOnce(direct, 'read', [{ topic, partition: 0, offset: 30 }]);
    expect(lane?.records.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, n) => 30 + n));
    expect(lane).toMatchObject({ next: 50, end: 50, outOfRange: false });
    producer.close();
  });

  test('an offset above the end is told as out of range, lanes beside it are read', async () => {
    const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
    await producer.send([record('a', 0), record('b', 1)]);
    const lanes = await readOnce(direct, 'read', [
      { topic, partition: 0, offset: 99 },
      { topic, partition: 1, offset: 0 },
    ]);
    expect(lanes.find(({ partition }) => partition === 0)?.outOfRange).toBe(true);
    expect(lanes.find(({ partition }) => partition === 1)?.records).toHaveLength(1);
    producer.close();
  });
});

describe('administration', () => {
  test('ends, starts and offsets by time', async () => {
    const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
    expect(await producer.send([record('old', 0)])).toMatchObject([{ state: 'written' }]);
    await sleep(20);
    const between = Date.now();
    await sleep(20);
    await producer.send([record('new', 0), record('other', 1)]);
    expect(await ends(direct, [topic])).toEqual({ [topic]: [2, 1, 0] });
    expect(await starts(direct, [topic])).toEqual({ [topic]: [0, 0, 0] });
    expect(await offsetsAt(direct, [topic], between)).toEqual({ [topic]: [1, 0, 0] });
    expect(await offsetsAt(direct, [topic], Date.now() + 60_000)).toEqual({ [topic]: [2, 1, 0] });
    producer.close();
  });

  test('topics are made once and gain lanes, and nothing that is there is lost', async () => {
    const producer = createProducer(direct, { sendTimeoutMs: 30_000 });
    await producer.send([record('kept')]);
    await stage.ensureLanes(topic, 5);
    await stage.ensureLanes(topic, 5);
    direct.forgetLayout();
    const deadline = Date.now() + 60_000;
    let lanes = 0;
    while (lanes < 5 && Date.now() < deadline) {
      lanes = (await direct.layout([topic], true)).topics.get(topic)?.leaders.length ?? 0;
    }
    expect(lanes).toBe(5);
    expect(keysOf(await stage.readAll(topic, 0))).toEqual(['kept']);
    producer.close();
  });

  test('a topic that does not exist is refused by name, and none is made', async () => {
    await expect(ends(direct, ['port.missing'])).rejects.toMatchObject({
      code: 'kafka-refused',
      message: expect.stringContaining('port.missing'),
    });
  });
});
