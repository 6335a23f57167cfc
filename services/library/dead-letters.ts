import {
  connectKafka,
  createProducer,
  encodeRecord,
  ends,
  type Header,
  type Kafka,
  type LogRecord,
  type Producer,
  readLane,
  starts,
} from '@puebla/kit';
import { catalogue } from '@puebla/schemas';

/** Where what cannot be decoded or applied is kept, by kind: `puebla.<kind>.dead`. */
export interface DeadLetters {
  /**
   * Resolves when the letter is in the log; one that is there already, since the view was emptied or a crash came between,
   * is not written again. Rejects when the log cannot take it now: the record must be looked at again.
   */
  keep(record: LogRecord, reason: string): Promise<void>;
  close(): void;
}

const sendTimeoutMs = 1_500;
/** A value above it is left out, and the letter says so: with its headers it might pass the broker's limit. */
const maxValueBytes = 1024 * 1024;
/** Names of letters that are remembered; of more, some may be written again, under the same key. */
const maxKnown = 100_000;
/** Of the headers of a letter those that tell where it comes from; the others are the record's own. */
const prefix = 'dead-';

/** Opens its own connections when the first record is poison. */
export function createDeadLetters(options: Kafka['options']): DeadLetters {
  let opened: { readonly kafka: Kafka; readonly producer: Producer } | undefined;
  const known = new Map<string, Set<string>>();
  /** A producer sends one batch at a time; a record that was decoded and one that was written may be buried at once. */
  let last: Promise<unknown> = Promise.resolve();

  const namesIn = async (kafka: Kafka, topic: string): Promise<Set<string>> => {
    const present = known.get(topic);
    if (present !== undefined) return present;
    const names = await readNames(kafka, topic);
    known.set(topic, names);
    return names;
  };

  const write = async (record: LogRecord, reason: string): Promise<void> => {
    const topic = deadTopicOf(record.topic);
    opened ??= open(options);
    const { kafka, producer } = opened;
    const names = await namesIn(kafka, topic);
    const name = nameOf(record);
    if (names.has(name)) return;
    const content = letterOf(name, record, reason);
    const [outcome] = await producer.send([{ topic, partition: 0, content }]);
    if (outcome?.state !== 'written') {
      const why = outcome?.state ?? 'unsent';
      throw new Error(`the dead letter ${name} is not kept: ${why}`, { cause: producer.lastTrouble() });
    }
    if (names.size < maxKnown) names.add(name);
  };

  return {
    keep(record, reason) {
      const kept = last.then(() => write(record, reason));
      last = kept.catch(() => {});
      return kept;
    },
    close() {
      opened?.producer.close();
      opened?.kafka.close();
      opened = undefined;
    },
  };
}

function open(options: Kafka['options']): { kafka: Kafka; producer: Producer } {
  const kafka = connectKafka({ ...options, clientId: `${options.clientId}-dead` });
  return { kafka, producer: createProducer(kafka, { sendTimeoutMs }) };
}

/** @throws RangeError for a topic that is no kind's */
function deadTopicOf(topic: string): string {
  const kind = catalogue.find((one) => one.topic === topic);
  if (kind === undefined) throw new RangeError(`no kind has the topic ${topic}`);
  return kind.deadTopic;
}

/** Its place in the log: the same record makes the same letter, however often it is met. */
function nameOf({ topic, partition, offset }: LogRecord): string {
  return `${topic}/${partition}/${offset}`;
}

async function readNames(kafka: Kafka, topic: string): Promise<Set<string>> {
  const [first, last] = await Promise.all([starts(kafka, [topic]), ends(kafka, [topic])]);
  const place = { topic, partition: 0, from: first[topic]?.[0] ?? 0, to: last[topic]?.[0] ?? 0 };
  const names = new Set<string>();
  for await (const piece of readLane(kafka, 'read', place)) {
    for (const { key } of piece) if (key !== null && names.size < maxKnown) names.add(key);
  }
  return names;
}

/**
 * The record as it was, under the letter's name, with where it comes from and why in headers. A letter always has a value, if an
 * empty one: compaction takes a record without one for a deletion.
 */
function letterOf(name: string, record: LogRecord, reason: string): Buffer {
  const { key, value, topic, partition, offset } = record;
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
  return encodeRecord(name, kept === 'kept' ? value : Buffer.alloc(0), headers);
}
