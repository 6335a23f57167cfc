import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka as KafkaJs, type KafkaMessage, logLevel, type RecordMetadata } from 'kafkajs';
import type { Kafka } from '../client.ts';
import { copyOffsets, eachLane, laneKey, type MutableOffsets, offsetOf, setOffset } from '../offsets.ts';
import type { SendOutcome } from '../producer.ts';
import type { LogRecord } from '../record.ts';
import { encodeRecord } from '../record-batch.ts';
import { type Contender, type PlainRecord, plainOf } from './plain.ts';

const retryDelayMs = 200;
const unsent: SendOutcome = { state: 'unsent' };
const unknown: SendOutcome = { state: 'unknown' };

function clientOf({ options }: Kafka, requestTimeout: number): KafkaJs {
  const { brokers, clientId, connectTimeoutMs = 1_500, via = (address) => address } = options;
  return new KafkaJs({
    clientId,
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: connectTimeoutMs,
    requestTimeout,
    // Its idempotent producer refuses to be made with fewer: the one retry shares the bound.
    retry: { retries: 1, initialRetryTime: 20 },
    socketFactory({ host, port, onConnect }) {
      const at = via({ host, port });
      return connect(at.port, at.host, onConnect).setNoDelay(true);
    },
  });
}

export const kafkajs: Contender = {
  createProducer(kafka, { sendTimeoutMs }) {
    const producer = clientOf(kafka, sendTimeoutMs / 2).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    });
    let connecting: Promise<void> | undefined;
    let trouble: unknown;
    const prepare = async (): Promise<void> => {
      connecting ??= producer.connect();
      try {
        await connecting;
      } catch (error) {
        connecting = undefined;
        throw error;
      }
    };
    const sendPlain = async (records: readonly PlainRecord[]): Promise<SendOutcome[]> => {
      trouble = undefined;
      try {
        await prepare();
      } catch (error) {
        trouble = error;
        return records.map(() => unsent);
      }
      const byTopic = Map.groupBy(records, ({ topic }) => topic);
      try {
        const answers = await producer.sendBatch({
          acks: -1,
          timeout: sendTimeoutMs / 2,
          topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
        });
        return written(records, answers);
      } catch (error) {
        trouble = error;
        const refused = isProtocolError(error) && records.length === 1;
        return records.map(() => (refused ? { state: 'refused', brokerCode: error.code } : unknown));
      }
    };
    return {
      prepare,
      sendPlain,
      send: (records) => sendPlain(records.map(plainOf)),
      lastTrouble: () => trouble,
      close() {
        producer.disconnect().catch(() => {});
      },
    };
  },

  follow(kafka, { topics, from, onRecords, onTrouble, maxWaitMs = 500, maxBytes = 8 * 1024 * 1024 }) {
    const applied: MutableOffsets = copyOffsets(from);
    const ends: MutableOffsets = {};
    const stop = new AbortController();
    let lastAnswer = 0;
    const consumer = clientOf(kafka, maxWaitMs + 2_000).consumer({
      groupId: randomUUID(),
      maxWaitTimeInMs: maxWaitMs,
      maxBytes,
      allowAutoTopicCreation: false,
      retry: { retries: 5, initialRetryTime: retryDelayMs },
    });
    consumer.on(consumer.events.FETCH, () => {
      lastAnswer = Date.now();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => onTrouble?.(payload.error));
    const begin = async (): Promise<void> => {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        async eachBatch({ batch: { topic, partition, messages, highWatermark }, resolveOffset }) {
          const last = messages.at(-1)?.offset ?? '-1';
          const next = copyOffsets(applied);
          setOffset(next, { topic, partition }, Number(last) + 1);
          await onRecords(
            messages.map((message) => new KafkaJsRecord(topic, partition, message)),
            next,
          );
          setOffset(applied, { topic, partition }, Number(last) + 1);
          setOffset(ends, { topic, partition }, Number(highWatermark));
          resolveOffset(last);
        },
      });
      for (const lane of eachLane(from)) consumer.seek({ ...lane, offset: String(offsetOf(from, lane)) });
    };
    const run = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          return await begin();
        } catch (error) {
          onTrouble?.(error);
          await sleep(retryDelayMs, undefined, { signal: stop.signal }).catch(() => {});
        }
      }
    };
    const done = run();
    return {
      positions: () => applied,
      ends: () => ends,
      lastAnswer: () => lastAnswer,
      done,
      async close() {
        stop.abort();
        await done;
        await consumer.disconnect();
      },
    };
  },
};

/** The package's class is not among what an ES module can import of it. */
function isProtocolError(error: unknown): error is Error & { code: number } {
  return error instanceof Error && error.name === 'KafkaJSProtocolError';
}

function written(records: readonly PlainRecord[], answers: readonly RecordMetadata[]): SendOutcome[] {
  const next = new Map(
    answers.map(({ topicName: topic, partition, baseOffset }) => [
      laneKey({ topic, partition }),
      Number(baseOffset),
    ]),
  );
  const times = new Map(
    answers.map(({ topicName: topic, partition, logAppendTime }) => [
      laneKey({ topic, partition }),
      Number(logAppendTime),
    ]),
  );
  return records.map((record) => {
    const lane = laneKey(record);
    const offset = next.get(lane);
    if (offset === undefined) return unknown;
    next.set(lane, offset + 1);
    return { state: 'written', offset, timestamp: times.get(lane) ?? 0 };
  });
}

class KafkaJsRecord implements LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly #message: KafkaMessage;

  constructor(topic: string, partition: number, message: KafkaMessage) {
    this.topic = topic;
    this.partition = partition;
    this.#message = message;
  }

  get offset(): number {
    return Number(this.#message.offset);
  }

  get timestamp(): number {
    return Number(this.#message.timestamp);
  }

  get content(): Buffer {
    return encodeRecord(this.key ?? '', this.value, Object.entries(this.headers));
  }

  get key(): string | null {
    return this.#message.key?.toString() ?? null;
  }

  get value(): Buffer | null {
    return this.#message.value;
  }

  get headers(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#message.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
  }
}
