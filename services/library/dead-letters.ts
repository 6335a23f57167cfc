import {
  createOwnProducer,
  createPlaces,
  type Kafka,
  type Log,
  type LogRecord,
  letterName,
  type Place,
  placeOfLetter,
  readDeadLetters,
  toDeadLetter,
} from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import pLimit from 'p-limit';

/** Where what cannot be decoded or applied is kept, by kind: `puebla.<kind>.dead`. */
export interface DeadLetters {
  /** Reads which letters there are. Before anything is applied: what has a letter is not applied at its place. Throws KafkaError. */
  load(): Promise<void>;
  /** Whether the record at this place has a letter, in whatever state. */
  has(place: Place): boolean;
  /**
   * Resolves when the letter is in the log; one that is there already, since the view was emptied or a crash came between,
   * is not written again. Rejects when the log cannot take it now: the record must be looked at again.
   */
  keep(record: LogRecord, reason: string): Promise<void>;
  close(): void;
}

const sendTimeoutMs = 1_500;
/** Letters that are remembered; the places of more would be applied, and their letters written again, open. */
const maxKnown = 100_000;

/** Opens connections of its own when the first record is poison. */
export function createDeadLetters(kafka: Kafka, log: Log): DeadLetters {
  const own = createOwnProducer(kafka, 'dead', { sendTimeoutMs });
  const known = createPlaces(maxKnown);
  /** A producer sends one batch at a time; a record that was decoded and one that was written may be buried at once. */
  const inTurn = pLimit(1);

  /** How far the letters of each topic have been read. */
  const read = new Map<string, number>();
  const remember = (place: Place): void => {
    if (known.add(place)) return;
    log.error({ letters: maxKnown }, 'there are more dead letters than the library remembers');
  };
  const readNew = async (topic: string): Promise<void> => {
    for await (const { name, record } of readDeadLetters(kafka, topic, { from: read.get(topic) ?? 0 })) {
      // Also of one that was erased: its record would be given a letter again, body and all.
      const place = placeOfLetter(name);
      if (place !== undefined) remember(place);
      read.set(topic, record.offset + 1);
    }
  };
  const write = async (record: LogRecord, reason: string): Promise<void> => {
    const letter = toDeadLetter(record, reason);
    // Another library of this log may have written it, and an operator settled it: it would be open again.
    await readNew(letter.topic);
    if (known.has(record)) return;
    const producer = own.get();
    const [outcome] = await producer.send([letter]);
    if (outcome?.state !== 'written') {
      const why = outcome?.state ?? 'unsent';
      const cause = producer.lastTrouble();
      throw new Error(`the dead letter ${letterName(record)} is not kept: ${why}`, { cause });
    }
    remember(record);
  };

  return {
    async load() {
      for (const { deadTopic } of catalogue) await readNew(deadTopic);
    },
    has: (place) => known.size !== 0 && known.has(place),
    keep: (record, reason) => inTurn(() => write(record, reason)),
    close: own.close,
  };
}
