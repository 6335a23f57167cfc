import { ends, type Kafka, type LogRecord, readLane, starts } from '@puebla/kit';

/** A dead letter: a record that could not be decoded or applied, where it stood, and why. */
export interface Letter {
  /** Its place in the log, `<topic>/<partition>/<offset>`: the letter's name. */
  readonly name: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Stable code, such as `magic-byte` or `unknown-schema`. */
  readonly reason: string;
  /** When the letter was made, RFC 3339. */
  readonly time: string;
  /** Bytes of the value that is kept. */
  readonly size: number;
  readonly record: LogRecord;
}

/** A day's worth of the worst kind: beyond it the newest are given. */
const maxLetters = 10_000;

/** The letters of a dead-letter topic, oldest first; of several with one name the last. Throws KafkaError. */
export async function readLetters(kafka: Kafka, topic: string): Promise<Letter[]> {
  const [first, last] = await Promise.all([starts(kafka, [topic]), ends(kafka, [topic])]);
  const to = last[topic]?.[0] ?? 0;
  const from = Math.max(first[topic]?.[0] ?? 0, to - maxLetters);
  const byName = new Map<string, Letter>();
  for await (const piece of readLane(kafka, 'monitor', { topic, partition: 0, from, to })) {
    for (const record of piece) {
      const letter = letterOf(record);
      if (letter !== undefined) byName.set(letter.name, letter);
    }
  }
  return [...byName.values()];
}

/** Undefined for what is no letter: another program may have written it. */
function letterOf(record: LogRecord): Letter | undefined {
  const { key, value, headers } = record;
  const topic = headers['dead-topic'];
  const reason = headers['dead-reason'];
  if (key === null || value === null || topic === undefined || reason === undefined) return undefined;
  return {
    name: key,
    topic,
    partition: Number(headers['dead-partition']),
    offset: Number(headers['dead-offset']),
    reason,
    time: headers['dead-time'] ?? new Date(record.timestamp).toISOString(),
    size: value.length,
    record,
  };
}
