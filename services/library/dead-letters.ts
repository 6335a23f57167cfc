import {
  connectKafka,
  createProducer,
  type Kafka,
  type LogRecord,
  letterName,
  type Producer,
  readDeadLetters,
  toDeadLetter,
} from '@puebla/kit';

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
/** Names of letters that are remembered; of more, some may be written again, under the same key. */
const maxKnown = 100_000;

/** Opens its own connections when the first record is poison. */
export function createDeadLetters(options: Kafka['options']): DeadLetters {
  let opened: { readonly kafka: Kafka; readonly producer: Producer } | undefined;
  const known = new Map<string, Set<string>>();
  /** A producer sends one batch at a time; a record that was decoded and one that was written may be buried at once. */
  let last: Promise<unknown> = Promise.resolve();

  const namesIn = async (kafka: Kafka, topic: string): Promise<Set<string>> => {
    const present = known.get(topic);
    if (present !== undefined) return present;
    const names = new Set<string>();
    for await (const { name } of readDeadLetters(kafka, topic)) if (names.size < maxKnown) names.add(name);
    known.set(topic, names);
    return names;
  };

  const write = async (record: LogRecord, reason: string): Promise<void> => {
    opened ??= open(options);
    const { kafka, producer } = opened;
    const letter = toDeadLetter(record, reason);
    const names = await namesIn(kafka, letter.topic);
    const name = letterName(record);
    if (names.has(name)) return;
    const [outcome] = await producer.send([letter]);
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
