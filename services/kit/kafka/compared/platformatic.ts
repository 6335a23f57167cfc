import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Broker,
  ConnectionPool,
  Consumer,
  type Message,
  type MessagesStream,
  Producer as PlatformaticProducer,
  type ProduceResult,
} from '@platformatic/kafka';
import type { Kafka } from '../client.ts';
import type { Address } from '../connection.ts';
import { copyOffsets, laneKey, type MutableOffsets, offsetOf, setOffset } from '../offsets.ts';
import type { SendOutcome } from '../producer.ts';
import type { LogRecord } from '../record.ts';
import { encodeRecord } from '../record-batch.ts';
import { type Contender, type PlainRecord, plainOf } from './plain.ts';

const retryDelayMs = 200;
const piece = 500;
const unknown: SendOutcome = { state: 'unknown' };

/** Where this client reaches brokers: it has no option for a proxy, so its pool is told by the client's `context`. */
class Route {
  readonly via: (address: Address) => Address;
  constructor(via: (address: Address) => Address) {
    this.via = via;
  }
}

const get = ConnectionPool.prototype.get;
ConnectionPool.prototype.get = function (this: ConnectionPool, broker: Broker, ...rest: never[]) {
  const there = this.context instanceof Route && broker ? this.context.via(broker) : broker;
  return Reflect.apply(get, this, [there, ...rest]);
} as typeof get;

function optionsOf({ options }: Kafka, requestTimeout: number) {
  const { brokers, clientId, connectTimeoutMs = 1_500, via = (address) => address } = options;
  return {
    clientId,
    bootstrapBrokers: brokers.map((text) => {
      const [host = '', port = ''] = text.split(':');
      return via({ host, port: Number(port) });
    }),
    connectTimeout: connectTimeoutMs,
    requestTimeout,
    timeout: requestTimeout,
    retries: 0,
    autocreateTopics: false,
    context: new Route(via),
  };
}

export const platformatic: Contender = {
  createProducer(kafka, { sendTimeoutMs }) {
    const producer = new PlatformaticProducer<Buffer, Buffer, string, string>({
      ...optionsOf(kafka, sendTimeoutMs),
      idempotent: true,
      acks: -1,
      serializers: { headerKey: bytes, headerValue: bytes },
    });
    let trouble: unknown;
    const sendPlain = async (records: readonly PlainRecord[]): Promise<SendOutcome[]> => {
      trouble = undefined;
      const messages = records.map(({ topic, partition, key, value, headers }) => ({
        topic,
        partition,
        key: Buffer.from(key),
        ...(value !== null && { value }),
        headers,
      }));
      try {
        return written(records, await producer.send({ messages }));
      } catch (error) {
        trouble = error;
        return records.map(() => unknown);
      }
    };
    return {
      async prepare() {
        await producer.initIdempotentProducer({});
      },
      sendPlain,
      send: (records) => sendPlain(records.map(plainOf)),
      lastTrouble: () => trouble,
      close() {
        producer.close(true).catch(() => {});
      },
    };
  },

  follow(kafka, { topics, from, onRecords, onTrouble, maxWaitMs = 500, maxBytes = 8 * 1024 * 1024 }) {
    const applied: MutableOffsets = copyOffsets(from);
    const stop = new AbortController();
    let lastAnswer = 0;
    const consumer = new Consumer({
      ...optionsOf(kafka, maxWaitMs + 2_000),
      groupId: randomUUID(),
      autocommit: false,
      maxWaitTime: maxWaitMs,
      maxBytes,
    });
    consumer.on('error', () => {});
    let stream: MessagesStream<Buffer, Buffer, Buffer, Buffer> | undefined;
    const open = async (): Promise<MessagesStream<Buffer, Buffer, Buffer, Buffer>> => {
      const metadata = await consumer.metadata({ topics: [...topics] });
      const offsets = topics.flatMap((topic) =>
        Array.from({ length: metadata.topics.get(topic)?.partitionsCount ?? 0 }, (_, partition) => ({
          topic,
          partition,
          offset: BigInt(offsetOf(applied, { topic, partition })),
        })),
      );
      return consumer.consume({ topics: [...topics], mode: 'manual', offsets });
    };
    const read = async (): Promise<void> => {
      stream = await open();
      stream.on('fetch', () => {
        lastAnswer = Date.now();
      });
      let records: LogRecord[] = [];
      for await (const message of stream) {
        records.push(new PlatformaticRecord(message));
        if (records.length < piece && stream.readableLength > 0) continue;
        const next = copyOffsets(applied);
        for (const record of records) setOffset(next, record, record.offset + 1);
        await onRecords(records, next);
        for (const record of records) setOffset(applied, record, record.offset + 1);
        records = [];
      }
    };
    const run = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        try {
          await read();
        } catch (error) {
          if (!stop.signal.aborted) onTrouble?.(error);
        }
        await stream?.close().catch(() => {});
        await sleep(retryDelayMs, undefined, { signal: stop.signal }).catch(() => {});
      }
    };
    const done = run();
    return {
      positions: () => applied,
      ends: () => ({}),
      lastAnswer: () => lastAnswer,
      done,
      async close() {
        stop.abort();
        await consumer.close(true);
        await done;
      },
    };
  },
};

const bytes = (text: string | undefined): Buffer | undefined =>
  text === undefined ? undefined : Buffer.from(text);

/** The client tells the first offset of each lane, and not when the broker appended. */
function written(records: readonly PlainRecord[], { offsets = [] }: ProduceResult): SendOutcome[] {
  const next = new Map(offsets.map((lane) => [laneKey(lane), Number(lane.offset)]));
  return records.map((record) => {
    const lane = laneKey(record);
    const offset = next.get(lane);
    if (offset === undefined) return unknown;
    next.set(lane, offset + 1);
    return { state: 'written', offset, timestamp: Number.NaN };
  });
}

class PlatformaticRecord implements LogRecord {
  readonly #message: Message<Buffer, Buffer, Buffer, Buffer>;

  constructor(message: Message<Buffer, Buffer, Buffer, Buffer>) {
    this.#message = message;
  }

  get topic(): string {
    return this.#message.topic;
  }

  get partition(): number {
    return this.#message.partition;
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
    return this.#message.value ?? null;
  }

  get headers(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#message.headers].map(([name, value]) => [String(name), String(value)] as const),
    );
  }
}
