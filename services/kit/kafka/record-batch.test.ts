import { createRecordsBatch, Reader, readRecordsBatches } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asLogRecord, toRecords } from './record.ts';
import {
  encodeBatch,
  encodeHeaders,
  encodeRecord,
  type Header,
  headerIn,
  RecordWriter,
} from './record-batch.ts';

const headerName = fc.oneof({ arbitrary: fc.string({ minLength: 1 }), weight: 9 }, fc.constant('__proto__'));
const headers = fc.array(fc.tuple(headerName, fc.string({ unit: 'grapheme' })), { maxLength: 20 });
const content = fc.record({
  key: fc.string({ unit: 'grapheme', maxLength: 200 }),
  value: fc.option(fc.uint8Array({ maxLength: 400 })),
  headers,
});
const batch = fc.array(content, { minLength: 1, maxLength: 150 });
const producer = { id: 12_345_678_901n, epoch: 7, sequence: 2_147_483_000 };
const timestamp = 1_800_000_000_123;

describe('a batch', () => {
  test('is read by the client library as it was written', () => {
    fc.assert(
      fc.property(batch, (records) => {
        const bytes = encodeBatch(records.map(encoded), timestamp, producer);
        const [read, ...more] = readRecordsBatches(Reader.from(bytes));
        expect(more).toEqual([]);
        expect(read).toMatchObject({
          magic: 2,
          attributes: 0,
          lastOffsetDelta: records.length - 1,
          firstTimestamp: BigInt(timestamp),
          maxTimestamp: BigInt(timestamp),
          producerId: producer.id,
          producerEpoch: producer.epoch,
          firstSequence: producer.sequence,
        });
        expect(
          read?.records.map(({ key, value, headers: found, offsetDelta }) => [
            offsetDelta,
            String(key),
            value === null ? null : [...value],
            found.map(([name, text]) => [String(name), String(text)]),
          ]),
        ).toEqual(
          records.map((record, index) => [
            index,
            record.key,
            record.value === null ? null : [...record.value],
            record.headers,
          ]),
        );
      }),
    );
  });

  test('has the checksum that the client library gives the same bytes', () => {
    const records = [encodeRecord('mx-fgr/1', Buffer.from('value'), [['a', 'b']])];
    const theirs = createRecordsBatch(
      [
        {
          topic: 't',
          partition: 0,
          key: Buffer.from('mx-fgr/1'),
          value: Buffer.from('value'),
          headers: new Map([[Buffer.from('a'), Buffer.from('b')]]),
          timestamp: BigInt(timestamp),
        },
      ],
      { producerId: 9n, producerEpoch: 1, partitionLeaderEpoch: -1 },
    ).buffer;
    expect(encodeBatch(records, timestamp, { id: 9n, epoch: 1, sequence: 0 })).toEqual(theirs);
  });

  test('is read back by lane, from an offset within it, without the rest of a batch that was cut off', () => {
    fc.assert(
      fc.property(batch, fc.nat(), fc.nat(), (records, skip, cut) => {
        const whole = encodeBatch(records.map(encoded), timestamp, producer);
        const from = skip % (records.length + 1);
        const bytes = Buffer.concat([whole, whole.subarray(0, cut % whole.length)]);
        const { records: read, next } = toRecords('t', 3, bytes, from);
        expect(next).toBe(records.length);
        expect(
          read.map(({ topic, partition, offset, key, value, headers: found }) => ({
            topic,
            partition,
            offset,
            key,
            value: value === null ? null : [...value],
            found,
          })),
        ).toEqual(
          records.slice(from).map((record, index) => ({
            topic: 't',
            partition: 3,
            offset: from + index,
            key: record.key,
            value: record.value === null ? null : [...record.value],
            found: Object.fromEntries(record.headers.map(([name, text]) => [latin1(name), text])),
          })),
        );
        expect(read.every((record) => record.timestamp === timestamp)).toBe(true);
      }),
    );
  });

  test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'packed with %s by another writer is read',
    (compression) => {
      const bytes = createRecordsBatch(
        [1, 2, 3].map((n) => ({
          topic: 't',
          partition: 0,
          key: Buffer.from(`k${n}`),
          value: Buffer.from(`v${n}`.repeat(100)),
          headers: new Map(),
          timestamp: BigInt(timestamp + n),
        })),
        { compression },
      ).buffer;
      const { records, next } = toRecords('t', 0, bytes, 1);
      expect(next).toBe(3);
      expect(records.map(({ key, offset, timestamp: at }) => [key, offset, at])).toEqual([
        ['k2', 1, timestamp + 2],
        ['k3', 2, timestamp + 3],
      ]);
      expect(records.map(({ value }) => value?.length)).toEqual([200, 200]);
    },
  );
});

test('shared headers are the same bytes as headers written one by one', () => {
  fc.assert(
    fc.property(headers, headers, (shared, own) => {
      const writer = new RecordWriter();
      writer.begin('key', Buffer.from('v'), shared.length + own.length).headers(encodeHeaders(shared));
      for (const [name, text] of own) writer.header(name, text);
      const all: Header[] = [...shared, ...own];
      expect(writer.end()).toEqual(encodeRecord('key', Buffer.from('v'), all));
    }),
  );
});

test('the value can be had from a record that waits', () => {
  const valueIn = (content: Buffer): Buffer | null =>
    asLogRecord({ topic: 't', partition: 0, content }, { offset: 0, timestamp: 0 }).value;
  expect(valueIn(encodeRecord('é'.repeat(40), Buffer.from('body'), []))).toEqual(Buffer.from('body'));
  expect(valueIn(encodeRecord('k', null, []))).toBeNull();
});

function encoded(record: { key: string; value: Uint8Array | null; headers: Header[] }): Buffer {
  return encodeRecord(record.key, record.value, record.headers);
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

test('one header of a record is found without the others, as all of them are', () => {
  const names = fc.constantFrom('digest', 'diges', 'digests', 'ce_id', 'resent');
  const some = fc.array(fc.tuple(names, fc.string({ unit: 'grapheme' })), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.option(fc.uint8Array()),
      some,
      names,
      (key, value, all, name) => {
        const content = encodeRecord(key, value, all);
        const record = asLogRecord({ topic: 'a', partition: 0, content }, { offset: 0, timestamp: 0 });
        expect(headerIn(content, name)).toBe(record.headers[name]);
      },
    ),
  );
});
