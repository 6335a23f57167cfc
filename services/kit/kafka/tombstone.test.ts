import { expect, test } from 'vitest';
import { identityErasedBy } from '../event-check.ts';
import { identityOfRecord } from '../event-record.ts';
import { asLogRecord } from './record.ts';
import { encodeRecord } from './record-batch.ts';
import { isTombstone, markerFor, tombstonesFor } from './tombstone.ts';

const lane = { topic: 'puebla.alert', partition: 7 };
const at = { offset: 3, timestamp: 0 };

test('an event has two tombstones: its record may have been sent again under another key', () => {
  const records = tombstonesFor(lane, 'mx-fgr/1').map((record) => asLogRecord(record, at));
  expect(records.map(({ key, value, headers }) => [key, value, { ...headers }])).toEqual([
    ['mx-fgr/1', null, {}],
    ['mx-fgr/1;resent', null, {}],
  ]);
  for (const record of records) {
    expect([record.topic, record.partition, isTombstone(record)]).toEqual([lane.topic, lane.partition, true]);
    expect(identityErasedBy(record)).toBe('mx-fgr/1');
    // Who looks for what a gateway wrote does not find it.
    expect(identityOfRecord(record)).toBeUndefined();
  }
});

test('a marker is a tombstone of nobody', () => {
  const marker = asLogRecord(markerFor(lane), at);
  expect(marker.key).toMatch(/^;/);
  expect([isTombstone(marker), identityErasedBy(marker)]).toEqual([true, undefined]);
});

test.each(['', ';', '/', 'mx-fgr', 'mx-fgr/', '/1', 'mx-fgr/a/b', 'mx-fgr/\0', 'MX/1', '/1;resent'])(
  'the key %j is no event',
  (key) => {
    expect(identityErasedBy({ key })).toBeUndefined();
  },
);

test('what has no key, or an empty value, is no tombstone', () => {
  const withValue = { ...lane, content: encodeRecord('mx-fgr/1', Buffer.alloc(0), []) };
  const withoutKey = { ...lane, content: encodeRecord(null, null, []) };
  for (const record of [withValue, withoutKey]) expect(isTombstone(asLogRecord(record, at))).toBe(false);
});
