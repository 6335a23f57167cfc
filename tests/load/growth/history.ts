import { hash } from 'node:crypto';
import {
  type Codec,
  connectKafka,
  createCodec,
  createLog,
  createProducer,
  exchangeTopics,
  toRecord,
  usualEraseWithinSeconds,
} from '@puebla/kit';
import { agencies, catalogue, type Kind, type ThreadKind } from '@puebla/schemas';
import kafkajs from 'kafkajs';

const dayMs = 86_400_000;
/** The gateway reads the identities of 24 hours back when it starts: history is older. */
const newestMs = 25 * 3_600_000;
const oldestMs = 2_000 * dayMs;
const batchRecords = 8_000;

export interface Servers {
  readonly kafka: string;
  readonly registry: string;
}

/** The n-th event of a history: whose it is, and what. */
export function historyEvent(
  prefix: string,
  n: number,
): { readonly id: string; readonly agency: string; readonly participant: string; readonly kind: ThreadKind } {
  const agency = agencies[n % agencies.length];
  // Nearly all of what is said are alerts.
  const kind = catalogue[n % 10 === 0 ? 1 + ((n / 10) % (catalogue.length - 1)) : 0];
  if (agency === undefined || kind === undefined) throw new RangeError(`no event ${n}`);
  return { id: `${prefix}-${n}`, agency: agency.id, participant: agency.participant, kind };
}

/**
 * Writes events past the gateway, spread over all agencies, as the gateway would have: `old` ones over two thousand
 * days that end 25 hours ago, others as of now. `onProgress` is told how many are written.
 */
export async function writeHistory(
  servers: Servers,
  options: {
    readonly prefix: string;
    readonly count: number;
    readonly old: boolean;
    readonly onProgress?: (n: number) => void;
  },
): Promise<void> {
  const { prefix, count, old, onProgress } = options;
  const brokers = [servers.kafka];
  const kafka = connectKafka({ brokers, clientId: 'growth' });
  const codec = await createCodec({ registryUrl: servers.registry, log: createLog({ level: 'silent' }) });
  const now = Date.now();
  let clock = now;
  const producer = createProducer(kafka, { sendTimeoutMs: 60_000, clock: () => clock });
  const values = new Map(catalogue.map((kind) => [kind.name, encodedExample(codec, kind)]));
  if (old) await keepTimeOf(brokers, 'CreateTime');
  try {
    for (let first = 0; first < count; first += batchRecords) {
      const size = Math.min(batchRecords, count - first);
      if (old) clock = Math.round(now - oldestMs + ((oldestMs - newestMs) * first) / count);
      const time = new Date(clock).toISOString();
      const records = Array.from({ length: size }, (_, place) => {
        const { kind, ...event } = historyEvent(prefix, first + place);
        const head = { ...event, kind: kind.name, time, tlp: 'CLEAR' as const };
        return toRecord(
          kind.topic,
          head,
          values.get(kind.name) ?? Buffer.alloc(0),
          hash('sha256', event.id, 'base64url'),
        ).record;
      });
      const outcomes = await producer.send(records);
      if (outcomes.some(({ state }) => state !== 'written'))
        throw new Error('the broker did not take a batch');
      onProgress?.(first + size);
    }
  } finally {
    if (old) await keepTimeOf(brokers, 'LogAppendTime');
    producer.close();
    kafka.close();
  }
}

function encodedExample(codec: Codec, kind: Kind): Buffer {
  const { data } = kind.example as { data: Record<string, unknown> };
  return Buffer.from(codec.encode(kind, data));
}

async function keepTimeOf(brokers: string[], type: 'CreateTime' | 'LogAppendTime'): Promise<void> {
  const admin = new kafkajs.Kafka({
    brokers,
    clientId: 'growth-admin',
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await admin.connect();
  try {
    await admin.alterConfigs({
      validateOnly: false,
      resources: exchangeTopics(usualEraseWithinSeconds).map(({ topic, config }) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: Object.entries({ ...config, 'message.timestamp.type': type }).map(([name, value]) => ({
          name,
          value,
        })),
      })),
    });
  } finally {
    await admin.disconnect();
  }
}
