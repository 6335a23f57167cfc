import type { Kafka } from '../client.ts';
import type { Follower, FollowOptions } from '../follow.ts';
import type { Producer, RecordToSend, SendOutcome } from '../producer.ts';
import { asLogRecord } from '../record.ts';

/** A record as a client's own producer takes it. */
export interface PlainRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ComparedProducer extends Producer {
  /** `send`, with the encoding of the records as part of it. */
  sendPlain(records: readonly PlainRecord[]): Promise<SendOutcome[]>;
}

/** A client behind the port's interface, so that the same contract and the same measurements try them all. */
export interface Contender {
  createProducer(kafka: Kafka, options: { sendTimeoutMs: number }): ComparedProducer;
  follow(kafka: Kafka, options: FollowOptions): Follower;
}

/** What a client's own producer would have been given instead of the port's bytes. */
export function plainOf(record: RecordToSend): PlainRecord {
  const { topic, partition, key, value, headers } = asLogRecord(record, { offset: 0, timestamp: 0 });
  return { topic, partition, key: key ?? '', value, headers };
}
