import {
  connectKafka,
  createCodec,
  createLog,
  createProducer,
  ends,
  type Kafka,
  type LanePosition,
  type Offsets,
  type RecordToSend,
  readLane,
  toRecord,
  toResent,
} from '@puebla/kit';
import { agencyOf, catalogue, type EventHead, threadKindOf } from '@puebla/schemas';
import { type TestAddresses, testStack } from '../../infra/test-addresses.ts';

/** An event as a record says it, beside what is the same for all. */
export interface WrittenEvent extends Partial<EventHead> {
  readonly id: string;
  readonly agency: string;
  readonly data?: Record<string, unknown>;
  /** Sent again after an open outcome: the lane's end that was known before the first attempt. */
  readonly resentFrom?: number;
}

/** The lanes themselves, past the gateway: for what it refuses today, and another may have accepted. */
export interface Lanes {
  readonly kafka: Kafka;
  readonly topics: readonly string[];
  clusterId(): Promise<string>;
  ends(): Promise<Offsets>;
  /** Appends records as they are, poison too; their offsets. */
  send(records: readonly RecordToSend[]): Promise<number[]>;
  /** Appends events in the order given, each to the lane of its agency's participant. */
  write(events: readonly WrittenEvent[]): Promise<void>;
  /** Where the record with this key stands. */
  find(topic: string, key: string): Promise<LanePosition | undefined>;
  close(): void;
}

export async function openLanes(
  stack: Pick<TestAddresses, 'kafka' | 'registryUrl'> = testStack(),
): Promise<Lanes> {
  const kafka = connectKafka({
    brokers: stack.kafka.split(','),
    clientId: 'lanes-of-test',
    callTimeoutMs: 20_000,
  });
  const codec = await createCodec({ registryUrl: stack.registryUrl, log: createLog({ level: 'silent' }) });
  const producer = createProducer(kafka, { sendTimeoutMs: 30_000 });
  const topics = catalogue.map(({ topic }) => topic);
  const send = async (records: readonly RecordToSend[]): Promise<number[]> => {
    const outcomes = await producer.send(records);
    return outcomes.map((outcome) => {
      if (outcome.state === 'written') return outcome.offset;
      throw new Error(`not written: ${JSON.stringify(outcomes)}`);
    });
  };
  return {
    kafka,
    topics,
    clusterId: async () => (await kafka.layout(topics)).clusterId,
    ends: () => ends(kafka, topics),
    send,
    async write(events) {
      const records = events.map(({ data, resentFrom, ...about }) => {
        const kind = threadKindOf(about.kind ?? 'alert');
        const participant = agencyOf(about.agency)?.participant;
        if (kind === undefined || participant === undefined) throw new Error(`no lane for ${about.agency}`);
        const head: EventHead = {
          kind: kind.name,
          participant,
          time: '2026-01-01T00:00:00.000Z',
          tlp: 'CLEAR',
          ...about,
        };
        const value = codec.encode(kind, { ...dataOf(kind.example), ...data });
        const record = toRecord(kind.topic, head, value, 'digest');
        return (resentFrom === undefined ? record : toResent(record, resentFrom)).record;
      });
      await send(records);
    },
    async find(topic, key) {
      for (const [partition, to] of ((await ends(kafka, [topic]))[topic] ?? []).entries()) {
        for await (const records of readLane(kafka, 'find', { topic, partition, from: 0, to })) {
          const found = records.find((record) => record.key === key);
          if (found !== undefined) return { topic, partition, offset: found.offset };
        }
      }
      return undefined;
    },
    close() {
      producer.close();
      kafka.close();
    },
  };
}

function dataOf(example: unknown): Record<string, unknown> {
  return (example as { data: Record<string, unknown> }).data;
}
