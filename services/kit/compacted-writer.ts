import pLimit from 'p-limit';
import type { FollowedTopic } from './compacted.ts';
import type { Kafka } from './kafka/client.ts';
import { KafkaError } from './kafka/errors.ts';
import { createOwnProducer } from './kafka/own-producer.ts';
import { encodeRecord } from './kafka/record-batch.ts';
import { ProblemError } from './problem.ts';

/** Writes a compacted topic that is followed here, of JSON under a key. */
export interface CompactedWriter {
  /** Resolves once this process has read it back; null takes away what was under the key. Rejects with ProblemError unavailable. */
  write(key: string, value: object | null): Promise<void>;
  close(): void;
}

const sendTimeoutMs = 1_500;

/** @param role name of its connection */
export function createCompactedWriter(options: {
  kafka: Kafka;
  topic: string;
  role: string;
  followed: Pick<FollowedTopic, 'caughtUp'>;
}): CompactedWriter {
  const { kafka, topic, role, followed } = options;
  const producer = createOwnProducer(kafka, role, { sendTimeoutMs });
  /** A producer has one send under way. */
  const inTurn = pLimit(1);
  const write = async (key: string, value: object | null): Promise<void> => {
    const bytes = value === null ? null : Buffer.from(JSON.stringify(value));
    const content = encodeRecord(key, bytes, [['content-type', 'application/json']]);
    try {
      const [outcome] = await producer.get().send([{ topic, partition: 0, content }]);
      if (outcome?.state !== 'written') throw new KafkaError('kafka-lost', `${topic} has an open outcome`);
      await followed.caughtUp();
    } catch (cause) {
      // Whatever of it is there: the same request again says the same.
      producer.close();
      throw Object.assign(new ProblemError('unavailable', { retryAfterSeconds: 1 }), { cause });
    }
  };
  return { write: (key, value) => inTurn(() => write(key, value)), close: producer.close };
}
