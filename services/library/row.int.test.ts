import { randomUUID } from 'node:crypto';
import { asLogRecord, type LogRecord } from '@puebla/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Batch } from './batch.ts';
import { openApplyQueue } from './queue.ts';
import { type Row, toRow } from './row.ts';
import { eventRecord, eventually, openStage, type Stage } from './stage.ts';
import { jsonOf } from './stored-event.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage(process.env);
});
afterAll(async () => {
  await stage?.close();
});

/** What the gateway writes, as the log gives it back. */
function inLog(changes: Partial<LogRecord> = {}): LogRecord {
  const { record } = eventRecord(stage.codec);
  const at = { offset: 5, timestamp: 1_800_000_000_000 };
  const { topic, partition, key, value, headers, content } = asLogRecord(record, at);
  return { topic, partition, key, value, headers, content, ...at, ...changes };
}

const withHeaders = (record: LogRecord, headers: Record<string, string | undefined>): LogRecord => {
  const kept = Object.entries({ ...record.headers, ...headers }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...record, headers: Object.fromEntries(kept) };
};

test('an event becomes a row, a twin under its own identity', async () => {
  const record = inLog();
  const row = (await toRow(stage.codec, record)) as Row;
  expect(row).toMatchObject({
    topic: 'puebla.alert',
    offset: 5,
    accepted: 1_800_000_000_000,
    digest: record.headers['digest'],
  });
  const stored = { ...row, accepted: new Date(row.accepted), record: row.record.content };
  expect(JSON.parse(await jsonOf(stage.codec, stored))).toMatchObject({
    recordedtime: '2027-01-15T08:00:00.000Z',
    id: row.head.id,
  });
  const resent = { ...record, key: `${record.key};resent` };
  expect(await toRow(stage.codec, resent)).toEqual({ ...row, record: resent });
});

test('what is not an event is poison, with the reason', async () => {
  const record = inLog();
  const value = record.value ?? Buffer.alloc(0);
  const unknownSchema = Buffer.from(value);
  unknownSchema.writeUInt32BE(987_654, 1);
  const cases: [string, LogRecord][] = [
    ['empty', { ...record, value: Buffer.alloc(2) }],
    ['magic-byte', { ...record, value: Buffer.concat([Buffer.from([1]), value]) }],
    ['undecodable', { ...record, value: value.subarray(0, 40) }],
    ['too-large', { ...record, value: Buffer.alloc(3 * 1024 * 1024) }],
    ['unknown-schema', { ...record, value: unknownSchema }],
    ['undecodable', withHeaders(record, { ce_id: undefined })],
    ['kind', withHeaders(record, { ce_type: 'rumour' })],
    ['kind', withHeaders(record, { ce_type: 'practice' })],
    ['digest', withHeaders(record, { digest: undefined })],
    ['identity', withHeaders(record, { ce_id: 'not an id' })],
    ['identity', withHeaders(record, { ce_source: 'x'.repeat(10_000) })],
    ['key', { ...record, key: null }],
    ['key', { ...record, key: 'gt-mp/another' }],
    ['attribute', withHeaders(record, { ce_readers: 'MX,\0' })],
  ];
  for (const [reason, poison] of cases) expect(await toRow(stage.codec, poison)).toEqual({ poison: reason });
});

test('one poison record stops nobody else, and its lane goes on behind it', async () => {
  const from = { 'puebla.alert': [0, 0, 0, 0, 0, 0, 0, 5] };
  const written: Batch[] = [];
  const poison: string[] = [];
  const queue = openApplyQueue({
    from,
    toRow: (record) => toRow(stage.codec, record),
    onPoison: async ({ offset }, reason) => void poison.push(`${offset} ${reason}`),
    write: async (batch) => void written.push(batch),
  });
  const lane = { topic: 'puebla.alert', partition: 7 };
  const records = [
    inLog({ ...lane, offset: 5 }),
    inLog({ ...lane, offset: 6, value: Buffer.alloc(0) }),
    inLog({ ...lane, offset: 7 }),
  ];
  await queue.take(records, { 'puebla.alert': [0, 0, 0, 0, 0, 0, 0, 8] });
  await eventually(
    () => written.length,
    (batches) => batches > 0,
  );
  await queue.close();
  expect(written.flatMap(({ rows }) => rows.map(({ offset }) => offset))).toEqual([5, 7]);
  expect(written.at(-1)?.moved).toEqual([{ ...lane, next: 8 }]);
  expect(poison).toEqual(['6 empty']);
});

test('a write that fails ends the queue: nothing after it is written', async () => {
  let writes = 0;
  const queue = openApplyQueue({
    from: {},
    toRow: (record) => toRow(stage.codec, record),
    onPoison: async () => {},
    write: async () => {
      writes += 1;
      throw new Error(`the database is away ${randomUUID()}`);
    },
  });
  await queue.take([inLog()], {});
  await expect(queue.failed).rejects.toThrow('the database is away');
  await queue.take([inLog()], {});
  await queue.close();
  expect(writes).toBe(1);
});
