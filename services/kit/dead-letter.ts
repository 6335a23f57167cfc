import { kindOfTopic } from '@puebla/schemas';
import type { Kafka } from './kafka/client.ts';
import { ends, starts } from './kafka/list-offsets.ts';
import type { RecordToSend } from './kafka/producer.ts';
import { readLane } from './kafka/read-lanes.ts';
import type { LogRecord } from './kafka/record.ts';
import { encodeRecord, type Header } from './kafka/record-batch.ts';

/**
 * What is kept of a record that cannot be decoded or applied, in `puebla.<kind>.dead`: its own value and headers, under its place in
 * the log as key, with where it comes from and why in further headers. One place writes it and reads it.
 */
export interface DeadLetter {
  /** The record's place in the log, `<topic>/<partition>/<offset>`. */
  readonly name: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Stable code, such as `magic-byte` or `unknown-schema`. */
  readonly reason: string;
  /** When the letter was made, RFC 3339. */
  readonly time: string;
  /** As the letter stands in its topic. */
  readonly record: LogRecord;
}

/** A value above it is left out, and the letter says so: with its headers it might pass the broker's limit. */
const maxValueBytes = 1024 * 1024;
/** Of the headers of a letter those that tell where it comes from; the others are the record's own. */
const prefix = 'dead-';

/** The same record has the same name, however often it is met. */
export function letterName({
  topic,
  partition,
  offset,
}: Pick<LogRecord, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}/${partition}/${offset}`;
}

/**
 * The letter of a record. It always has a value, if an empty one: compaction takes a record without one for a deletion.
 * @throws RangeError for a record of a topic that is no kind's
 */
export function toDeadLetter(record: LogRecord, reason: string): RecordToSend {
  const { key, value, topic, partition, offset } = record;
  const kind = kindOfTopic(topic);
  if (kind === undefined) throw new RangeError(`no kind has the topic ${topic}`);
  const kept = value === null ? 'none' : value.length > maxValueBytes ? 'too-large' : 'kept';
  const told = {
    topic,
    partition: String(partition),
    offset: String(offset),
    reason,
    time: new Date().toISOString(),
    accepted: new Date(record.timestamp).toISOString(),
    value: kept,
    ...(key === null ? {} : { key }),
  };
  const headers: Header[] = [
    ...Object.entries(record.headers).filter(([header]) => !header.startsWith(prefix)),
    ...Object.entries(told).map(([header, text]): Header => [`${prefix}${header}`, text]),
  ];
  const content = encodeRecord(letterName(record), kept === 'kept' ? value : Buffer.alloc(0), headers);
  return { topic: kind.deadTopic, partition: 0, content };
}

/**
 * The letters of a dead-letter topic as it stands now, oldest first, the newest `atMost` records of it. A name may come more than
 * once: the last one counts. What is no letter is passed over: another program may have written it. Throws KafkaError.
 */
export async function* readDeadLetters(
  kafka: Kafka,
  topic: string,
  atMost = Number.POSITIVE_INFINITY,
): AsyncGenerator<DeadLetter> {
  const [first, last] = await Promise.all([starts(kafka, [topic]), ends(kafka, [topic])]);
  const to = last[topic]?.[0] ?? 0;
  const from = Math.max(first[topic]?.[0] ?? 0, to - atMost);
  for await (const piece of readLane(kafka, 'dead-letters', { topic, partition: 0, from, to })) {
    for (const record of piece) {
      const letter = fromRecord(record);
      if (letter !== undefined) yield letter;
    }
  }
}

function fromRecord(record: LogRecord): DeadLetter | undefined {
  const { key, value, headers } = record;
  const topic = headers[`${prefix}topic`];
  const reason = headers[`${prefix}reason`];
  if (key === null || value === null || topic === undefined || reason === undefined) return undefined;
  return {
    name: key,
    topic,
    partition: Number(headers[`${prefix}partition`]),
    offset: Number(headers[`${prefix}offset`]),
    reason,
    time: headers[`${prefix}time`] ?? new Date(record.timestamp).toISOString(),
    record,
  };
}
