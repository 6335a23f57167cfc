import { randomUUID } from 'node:crypto';
import { testStack } from '../../../infra/test-addresses.ts';
import { connectKafka, type Kafka } from './client.ts';
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
  /** A topic of three lanes and a client behind the healed proxy, both for one test alone. */
  fresh(): Promise<{ readonly topic: string; readonly faulty: Kafka }>;
  /** Makes the topic, or gives it more lanes. */
  ensureLanes(topic: string, partitions: number): Promise<void>;
  /** Every record of a lane. */
  readAll(topic: string, partition: number): Promise<LogRecord[]>;
  close(): Promise<void>;
}

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
    ensureLanes,
    async fresh() {
      const topic = `port.${randomUUID()}`;
      await ensureLanes(topic, 3);
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

export const keysOf = (records: readonly LogRecord[]): (string | null)[] => records.map(({ key }) => key);
