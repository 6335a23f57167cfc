import type { LaneRef } from './offsets.ts';
import type { RecordToSend } from './producer.ts';
import type { LogRecord } from './record.ts';
import { encodeRecord } from './record-batch.ts';
import { resentKey } from './twin.ts';

/** No agency begins so: its record is nobody's event. One key for all: of several markers of a lane compaction keeps one. */
const markerKey = ';segment';

/**
 * What takes an event's records out of its lane: compaction keeps the last record of a key, and these have no value. Two, since
 * a record that was sent again has a key of its own (twin.ts).
 *
 * @param identity `<agency>/<id>`
 */
export function tombstonesFor(lane: LaneRef, identity: string): RecordToSend[] {
  return [tombstoneFor(lane, identity), tombstoneFor(lane, resentKey(identity))];
}

/** Takes the records of one key. */
export function tombstoneFor({ topic, partition }: LaneRef, key: string): RecordToSend {
  return { topic, partition, content: encodeRecord(key, null, []) };
}

/**
 * Says nothing. The segment that is being written is never compacted, and it ends only when something is appended after
 * `segment.ms`: in a quiet lane this is.
 */
export function markerFor(lane: LaneRef): RecordToSend {
  return tombstoneFor(lane, markerKey);
}

/** A key without a value: no reader sees an event in it, and no reader takes it for a broken one. */
export function isTombstone(record: Pick<LogRecord, 'key' | 'value'>): boolean {
  return record.value === null && record.key !== null;
}
