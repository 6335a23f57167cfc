import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { type FollowedTopic, followCompacted } from './compacted.ts';
import { compactedPlan } from './exchange-topics.ts';
import { connectKafka, createLog, ensureTopics, type Kafka, usualEraseWithinSeconds } from './index.ts';
import { type FaultProxy, startFaultProxy } from './kafka/fault-proxy.ts';

/** Whoever waits for what was written is told in time that the broker does not answer. */

const topic = 'compacted-test';
let proxy: FaultProxy;
let kafka: Kafka;
let followed: FollowedTopic;

beforeAll(async () => {
  const brokers = [testStack().kafka];
  const [host = '', port = ''] = testStack().kafka.split(':');
  proxy = await startFaultProxy({ host, port: Number(port) });
  await ensureTopics({ brokers, clientId: 'compacted-test' }, [
    compactedPlan(topic, usualEraseWithinSeconds),
  ]);
  // A call waits for longer than what is bounded here.
  const options = { brokers, clientId: 'compacted-test', via: () => proxy.address, callTimeoutMs: 30_000 };
  kafka = connectKafka(options);
  followed = await followCompacted({
    kafka,
    topic,
    role: 'test',
    log: createLog({ level: 'silent' }),
    onRecords: () => {},
  });
});
afterAll(async () => {
  proxy.heal();
  await followed.close();
  kafka.close();
  await proxy.close();
});

test('a broker that does not answer is told within a bound, and ends no process', async () => {
  await followed.caughtUp();
  proxy.swallow('requests');
  const began = performance.now();
  await expect(followed.caughtUp()).rejects.toMatchObject({ code: 'kafka-lost' });
  expect(performance.now() - began).toBeLessThan(15_000);
  // What is rejected and waited for by nobody fails here, and ends a process.
  proxy.heal();
  await expect(followed.caughtUp()).resolves.toBeUndefined();
});
