import { Kafka as KafkaJs, logLevel } from 'kafkajs';

export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Creates what is missing and adds lanes that the contract has gained; never removes one. By kafkajs, connected for
 * this alone: while connected it wakes thousands of times a second (kafkajs#1751). Throws what kafkajs throws.
 */
export async function ensureTopics(
  options: { brokers: readonly string[]; clientId: string },
  plans: readonly TopicPlan[],
): Promise<void> {
  const admin = new KafkaJs({
    clientId: options.clientId,
    brokers: [...options.brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { retries: 5, initialRetryTime: 100 },
  }).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = plans.filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ topic, partitions, config }) => ({
          topic,
          numPartitions: partitions,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        })),
      });
    }
    const present = plans.filter(({ topic }) => existing.has(topic));
    if (present.length === 0) return;
    const { topics } = await admin.fetchTopicMetadata({ topics: present.map(({ topic }) => topic) });
    const counts = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    const grown = present.filter(({ topic, partitions }) => (counts.get(topic) ?? partitions) < partitions);
    if (grown.length > 0) {
      await admin.createPartitions({
        topicPartitions: grown.map(({ topic, partitions }) => ({ topic, count: partitions })),
      });
    }
  } finally {
    await admin.disconnect();
  }
}
