import {
  connectKafka,
  createPlaces,
  createProducer,
  type Kafka,
  type Log,
  type LogRecord,
  letterName,
  type Place,
  type Producer,
  readDeadLetters,
  toDeadLetter,
} from '@puebla/kit';
import { catalogue } from '@puebla/schemas';

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
  let opened: { readonly kafka: Kafka; readonly producer: Producer } | undefined;
  const known = createPlaces(maxKnown);
  /** A producer sends one batch at a time; a record that was decoded and one that was written may be buried at once. */
  let last: Promise<unknown> = Promise.resolve();

  const remember = (place: Place): void => {
    if (known.add(place)) return;
    log.error({ letters: maxKnown }, 'there are more dead letters than the library remembers');
  };
  const write = async (record: LogRecord, reason: string): Promise<void> => {
    if (known.has(record)) return;
    opened ??= open(kafka.options);
    const { producer } = opened;
    const [outcome] = await producer.send([toDeadLetter(record, reason)]);
    if (outcome?.state !== 'written') {
      const why = outcome?.state ?? 'unsent';
      const cause = producer.lastTrouble();
      throw new Error(`the dead letter ${letterName(record)} is not kept: ${why}`, { cause });
    }
    remember(record);
  };

  return {
    async load() {
      for (const { deadTopic } of catalogue)
        for await (const letter of readDeadLetters(kafka, deadTopic)) remember(letter);
    },
    has: (place) => known.size !== 0 && known.has(place),
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
