import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokerCodes } from './errors.ts';
import { keysOf, openPortStage, type PortStage } from './port-stage.ts';
import { createProducer, type RecordToSend } from './producer.ts';
import { encodeRecord } from './record-batch.ts';

let stage: PortStage;
beforeAll(async () => {
  stage = await openPortStage();
});
afterAll(() => stage.close());

const recordIn = (topic: string, key: string): RecordToSend => ({
  topic,
  partition: 0,
  content: encodeRecord(key, Buffer.from(key), []),
});

test('of those that share a transactional id the one that prepared last writes, once it has written', async () => {
  const { topic } = await stage.fresh();
  const options = { sendTimeoutMs: 30_000, transactionalId: topic };
  const older = createProducer(stage.another(), options);
  const newer = createProducer(stage.another(), options);
  const written = [expect.objectContaining({ state: 'written' })];
  const fenced = [{ state: 'refused', brokerCode: brokerCodes.invalidProducerEpoch }];

  await older.prepare();
  expect(await older.send([recordIn(topic, 'first')])).toEqual(written);
  await newer.prepare();
  expect(await older.send([recordIn(topic, 'before the newer has written')])).toEqual(written);
  expect(await newer.send([recordIn(topic, 'second')])).toEqual(written);
  expect(await older.send([recordIn(topic, 'lost')])).toEqual(fenced);
  await older.prepare();
  expect(await older.send([recordIn(topic, 'third'), recordIn(topic, 'fourth')])).toEqual([
    ...written,
    ...written,
  ]);
  expect(await newer.send([recordIn(topic, 'lost too')])).toEqual(fenced);
  expect(keysOf(await stage.readAll(topic, 0))).toEqual([
    'first',
    'before the newer has written',
    'second',
    'third',
    'fourth',
  ]);
  older.close();
  newer.close();
});
