import type { Kafka } from './client.ts';
import { readLane } from './read-lanes.ts';
import type { LogRecord } from './record.ts';

/** Ends the key of a record that was sent again after its first send had an open outcome. */
const resentSuffix = ';resent';

/** `<agency>/<id>` of a record, whether it was sent again or not. */
export function identityOf(key: string): string {
  return key.endsWith(resentSuffix) ? key.slice(0, -resentSuffix.length) : key;
}

export function resentKey(identity: string): string {
  return identity + resentSuffix;
}

/** The offset named by the header `resent`: the lane's end that was known before the first attempt. */
export function resentFrom(record: LogRecord): number | undefined {
  if (record.key === null || !record.key.endsWith(resentSuffix)) return undefined;
  const text = record.headers['resent'];
  if (text === undefined) return undefined;
  const offset = Number(text);
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : undefined;
}

/**
 * Whether a record that was sent again has its twin earlier in the lane: every reader asks this and drops the
 * record when it has, so all come to the same answer at any time. Throws KafkaError.
 */
export async function hasTwin(kafka: Kafka, role: string, record: LogRecord): Promise<boolean> {
  const from = resentFrom(record);
  if (from === undefined || record.key === null) return false;
  const identity = identityOf(record.key);
  const { topic, partition, offset } = record;
  for await (const records of readLane(kafka, role, { topic, partition, from, to: offset })) {
    // A tombstone is no twin: it takes both away, and goes itself.
    const isTwin = ({ key, value }: LogRecord): boolean =>
      key !== null && identityOf(key) === identity && value !== null;
    if (records.some(isTwin)) return true;
  }
  return false;
}
