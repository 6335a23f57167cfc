import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { compactedPlan } from '../exchange-topics.ts';
import { ensureTopics } from './topics.ts';

const brokers = [process.env['PUEBLA_TEST_KAFKA'] ?? ''];
const options = { brokers, clientId: 'topics-test' };

async function asAdmin<T>(work: (admin: kafkajs.Admin) => Promise<T>): Promise<T> {
  const client = new kafkajs.Kafka({ ...options, logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}

async function configOf(topic: string): Promise<Record<string, string>> {
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }];
  const answer = await asAdmin((admin) => admin.describeConfigs({ resources, includeSynonyms: false }));
  const entries = answer.resources[0]?.configEntries ?? [];
  return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]));
}

test('a topic that is there is set as planned, and keeps what an operator has set', async () => {
  const topic = `set-${randomUUID()}`;
  const config = { 'cleanup.policy': 'delete', 'min.insync.replicas': '1', 'max.message.bytes': '1234567' };
  await ensureTopics(options, [{ topic, partitions: 1, config }]);
  await ensureTopics(options, [compactedPlan(topic, 80)]);
  const expected = {
    'cleanup.policy': 'compact',
    'segment.ms': '20000',
    'max.compaction.lag.ms': '40000',
    'file.delete.delay.ms': '10000',
    'delete.retention.ms': '2592000000',
    'max.message.bytes': '1234567',
  };
  expect(await configOf(topic)).toMatchObject(expected);
  await ensureTopics(options, [compactedPlan(topic, 3_600)]);
  const hourly = {
    'segment.ms': '900000',
    'max.compaction.lag.ms': '1800000',
    'file.delete.delay.ms': '60000',
  };
  expect(await configOf(topic)).toMatchObject({ ...expected, ...hourly });
});
