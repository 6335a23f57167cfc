import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka as KafkaJs, logLevel } from 'kafkajs';
import { testStack } from '../../../infra/test-addresses.ts';
import { connectKafka, type Kafka } from './client.ts';
import { contenderOf } from './compared/contender.ts';
import type { Contender } from './compared/plain.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { ends } from './list-offsets.ts';
import { offsetOf } from './offsets.ts';
import { readLane } from './read-lanes.ts';
import type { LogRecord } from './record.ts';
import { ensureTopics } from './topics.ts';

/** What the tests of the port stand on: the run's broker, reached directly and through a proxy that makes faults. */
export interface PortStage {
  readonly proxy: FaultProxy;
  readonly direct: Kafka;
  /** The port; or the client that is named in PUEBLA_TEST_CLIENT, which is tried by the same contract. */
  readonly client: Contender;
  /** A topic of three lanes and a client behind the healed proxy, both for one test alone. */
  fresh(): Promise<{ readonly topic: string; readonly faulty: Kafka }>;
  /** Makes the topic, or gives it more lanes. */
  ensureLanes(topic: string, partitions: number): Promise<void>;
  /** Deletes the topic and makes one of the same name and lanes, empty. */
  makeAnew(topic: string): Promise<void>;
  /** A client that knows nothing yet. */
  another(): Kafka;
  /** Every record of a lane. */
  readAll(topic: string, partition: number): Promise<LogRecord[]>;
  close(): Promise<void>;
}

const emptyWithinMs = 60_000;

export async function openPortStage(): Promise<PortStage> {
  const brokers = testStack().kafka.split(',');
  const [host = '', port = ''] = brokers[0]?.split(':') ?? [];
  const proxy = await startFaultProxy({ host, port: Number(port) });
  const direct = connectKafka({ brokers, clientId: 'port-direct' });
  const opened: Kafka[] = [direct];
  const ensureLanes = (topic: string, partitions: number): Promise<void> => {
    const config = { 'message.timestamp.type': 'LogAppendTime' };
    return ensureTopics({ brokers, clientId: 'port-admin' }, [{ topic, partitions, config }]);
  };
  return {
    proxy,
    direct,
    client: contenderOf(process.env['PUEBLA_TEST_CLIENT'] ?? 'port'),
    ensureLanes,
    async makeAnew(topic) {
      await deleteTopic(brokers, topic);
      await ensureLanes(topic, 3);
      await untilEmpty(brokers, topic);
    },
    another() {
      const kafka = connectKafka({ brokers, clientId: 'port-another' });
      opened.push(kafka);
      return kafka;
    },
    async fresh() {
      const topic = `port.${randomUUID()}`;
      await ensureLanes(topic, 3);
      await untilEmpty(brokers, topic);
      proxy.heal();
      const faulty = connectKafka({ brokers, clientId: 'port-faulty', via: () => proxy.address });
      opened.push(faulty);
      return { topic, faulty };
    },
    async readAll(topic, partition) {
      const to = offsetOf(await ends(direct, [topic]), { topic, partition });
      const records: LogRecord[] = [];
      for await (const piece of readLane(direct, 'read', { topic, partition, from: 0, to }))
        records.push(...piece);
      return records;
    },
    async close() {
      for (const kafka of opened) kafka.close();
      await proxy.close();
    },
  };
}

/**
 * A broker takes its time on a busy machine: what is written before it has the topic is refused, and what is written while it still has the lanes of
 * before goes with them, and is never answered.
 */
async function untilEmpty(brokers: string[], topic: string): Promise<void> {
  const kafka = connectKafka({ brokers, clientId: 'port-anew' });
  const deadline = Date.now() + emptyWithinMs;
  for (;;) {
    kafka.forgetLayout();
    const found = await ends(kafka, [topic]).catch(() => undefined);
    if (found?.[topic]?.every((end) => end === 0)) break;
    if (Date.now() > deadline) throw new Error(`${topic} is not there, or not empty`);
    await sleep(20);
  }
  kafka.close();
}

async function deleteTopic(brokers: string[], topic: string): Promise<void> {
  const admin = new KafkaJs({ clientId: 'port-deleting', brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}

export const keysOf = (records: readonly LogRecord[]): (string | null)[] => records.map(({ key }) => key);
