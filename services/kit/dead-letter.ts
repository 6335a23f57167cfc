import { kindOfTopic } from '@puebla/schemas';
import type { Kafka } from './kafka/client.ts';
import { ends, starts } from './kafka/list-offsets.ts';
import type { RecordToSend } from './kafka/producer.ts';
import { readLane } from './kafka/read-lanes.ts';
import type { LogRecord } from './kafka/record.ts';
import { encodeRecord, type Header } from './kafka/record-batch.ts';
import { isTombstone } from './kafka/tombstone.ts';
import { identityOf, resentKey } from './kafka/twin.ts';
import type { Place } from './places.ts';

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
  /** The record's own. */
  readonly key: string | null;
  /** Stable code, such as `magic-byte` or `unknown-schema`. */
  readonly reason: string;
  /** When the letter was made, RFC 3339. */
  readonly time: string;
  readonly state: LetterState;
  /** Whether the record's own value is here; `too-large`: it was left out. */
  readonly value: 'kept' | 'none' | 'too-large';
  /** Place of the record that was poison first: the letter's own, or that of which this record is a copy. */
  readonly origin: string;
  /** Of which attempt to redrive the record is the copy; 0 for an original. */
  readonly attempt: number;
  /** Its next copy, if one was ever begun, stands at or behind this offset of its lane. */
  readonly redriving: number | undefined;
  /** As the letter stands in its topic. */
  readonly record: LogRecord;
}

export const letterStates = ['open', 'redriven', 'discarded'] as const;
/** `redriven`: it was written again to its lane; `discarded`: it never will be. Both for good. */
export type LetterState = (typeof letterStates)[number];

/** A value above it is left out, and the letter says so: with its headers it might pass the broker's limit. */
const maxValueBytes = 1024 * 1024;
/** Names in the provenance of a copy (`copyOfLetter`). */
export const redriven = {
  from: 'redriven-from',
  attempt: 'redriven-attempt',
  at: 'redriven-at',
  reason: 'redriven-reason',
} as const;
/** Of the headers of a letter those that tell where it comes from; the others are the record's own. */
const prefix = 'dead-';

/** The same record has the same name, however often it is met. */
export function letterName({ topic, partition, offset }: Place): string {
  return `${topic}/${partition}/${offset}`;
}

/** Undefined for what is no letter's name. */
export function placeOfLetter(name: string): Place | undefined {
  const [, topic, partition, offset] = /^([a-z.]+)\/(\d+)\/(\d+)$/.exec(name) ?? [];
  if (topic === undefined) return undefined;
  return { topic, partition: Number(partition), offset: Number(offset) };
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

/** The letter with more to tell, under the same key: the newest one of a name counts. */
export function tellOfLetter(letter: DeadLetter, told: Readonly<Record<string, string>>): RecordToSend {
  const { topic, key, value, headers } = letter.record;
  const all = { ...headers };
  for (const [header, text] of Object.entries(told)) all[`${prefix}${header}`] = text;
  const content = encodeRecord(key ?? letter.name, value, Object.entries(all));
  return { topic, partition: 0, content };
}

/** The record of a letter as it stood in its lane. */
export function originalOfLetter({ record, topic, partition, offset, key, value }: DeadLetter): LogRecord {
  const { headers, timestamp } = record;
  const own = Object.entries(headers).filter(([header]) => !header.startsWith(prefix));
  const itsValue = value === 'none' ? null : record.value;
  return {
    topic,
    partition,
    offset,
    timestamp,
    key,
    value: itsValue,
    headers: Object.fromEntries(own),
    content: encodeRecord(key ?? '', itsValue, own),
  };
}

/**
 * The record of a letter once more, for its own lane, with where it comes from. It is written as one that was sent again:
 * a reader drops it when an earlier copy stands at or behind `knownEnd` (twin.ts), so that two tries of one attempt are one event.
 */
export function copyOfLetter(letter: DeadLetter, knownEnd: number): RecordToSend {
  const { topic, partition, key, value, headers } = originalOfLetter(letter);
  const seenByFeeds = headers[redriven.reason] === refusedByView;
  const all = {
    ...headers,
    resent: String(knownEnd),
    [redriven.from]: letter.origin,
    [redriven.attempt]: String(letter.attempt + 1),
    [redriven.at]: new Date().toISOString(),
    [redriven.reason]: seenByFeeds ? refusedByView : letter.reason,
  };
  const content = encodeRecord(resentKey(identityOf(key ?? '')), value, Object.entries(all));
  return { topic, partition, content };
}

/** The one reason that is not the record's own fault: it is an event, which only the library's database would not take. */
export const refusedByView = 'database';

/** Whether this is a copy of an event that readers of the log see at its first place. */
export function isCopyForView(record: LogRecord): boolean {
  return record.headers[redriven.reason] === refusedByView;
}

/** What stands in a dead-letter topic under a name. */
export interface DeadLetterEntry {
  readonly name: string;
  /** Undefined: its record was recalled, and the letter erased. */
  readonly letter: DeadLetter | undefined;
  readonly record: LogRecord;
}

/**
 * A dead-letter topic as it stands now, oldest first, from an offset on, the newest `atMost` records of it. A name
 * may come more than once: the last one counts. What is no letter is passed over: another program may have written it.
 * Throws KafkaError.
 */
export async function* readDeadLetters(
  kafka: Kafka,
  topic: string,
  { from = 0, atMost = Number.POSITIVE_INFINITY }: { from?: number; atMost?: number } = {},
): AsyncGenerator<DeadLetterEntry> {
  const [first, last] = await Promise.all([starts(kafka, [topic]), ends(kafka, [topic])]);
  const to = last[topic]?.[0] ?? 0;
  const begin = Math.max(first[topic]?.[0] ?? 0, from, to - atMost);
  for await (const piece of readLane(kafka, 'dead-letters', { topic, partition: 0, from: begin, to })) {
    for (const record of piece) {
      const letter = toLetter(record);
      if (record.key !== null && (letter !== undefined || isTombstone(record)))
        yield { name: record.key, letter, record };
    }
  }
}

/** A record of a dead-letter topic; undefined for what is no letter. */
export function toLetter(record: LogRecord): DeadLetter | undefined {
  const { key, value, headers } = record;
  const topic = headers[`${prefix}topic`];
  const reason = headers[`${prefix}reason`];
  if (key === null || value === null || topic === undefined || reason === undefined) return undefined;
  const told = (name: string): string | undefined => headers[`${prefix}${name}`];
  const redriving = told('redriving');
  return {
    name: key,
    key: told('key') ?? null,
    topic,
    partition: Number(told('partition')),
    offset: Number(told('offset')),
    reason,
    time: told('time') ?? new Date(record.timestamp).toISOString(),
    state: letterStates.find((state) => state === told('state')) ?? 'open',
    value: valueKinds.find((kind) => kind === told('value')) ?? 'kept',
    origin: headers[redriven.from] ?? key,
    attempt: Number(headers[redriven.attempt] ?? 0),
    redriving: redriving === undefined ? undefined : Number(redriving),
    record,
  };
}

const valueKinds = ['kept', 'none', 'too-large'] as const;
