import kafkajs, { type Admin, Kafka as KafkaJs, logLevel } from 'kafkajs';
import { KafkaError } from './errors.ts';

export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Creates what is missing, adds lanes that the contract has gained (never removes one), and sets what a topic has otherwise than planned. By
 * kafkajs, connected for this alone: while connected it wakes thousands of times a second (kafkajs#1751). Throws KafkaError (`kafka-lost`)
 * for what may be otherwise a moment later, and what kafkajs throws for the rest.
 */
export async function ensureTopics(
  options: { brokers: readonly string[]; clientId: string },
  plans: readonly TopicPlan[],
): Promise<void> {
  try {
    await ensure(options, plans);
  } catch (error) {
    throw lostForNow(error) ?? error;
  }
}

/**
 * What kafkajs gave up on after its own retries, of a broker that is there: one that is new, or on a busy machine, does not know for seconds
 * which topics it has just been given.
 */
export function lostForNow(error: unknown): KafkaError | undefined {
  const cause = error instanceof kafkajs.KafkaJSNumberOfRetriesExceeded ? error.cause : error;
  if (cause instanceof kafkajs.KafkaJSProtocolError && cause.retriable)
    return new KafkaError('kafka-lost', cause.message, { cause, brokerCode: cause.code });
  if (cause instanceof kafkajs.KafkaJSRequestTimeoutError)
    return new KafkaError('kafka-lost', cause.message, { cause });
  return undefined;
}

async function ensure(
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
          configEntries: entriesOf(config),
        })),
      });
    }
    const present = plans.filter(({ topic }) => existing.has(topic));
    if (present.length === 0) return;
    await addLanes(admin, present);
    await setConfigs(admin, present);
  } finally {
    await admin.disconnect();
  }
}

async function addLanes(admin: Admin, plans: readonly TopicPlan[]): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: plans.map(({ topic }) => topic) });
  const counts = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  const grown = plans.filter(({ topic, partitions }) => (counts.get(topic) ?? partitions) < partitions);
  if (grown.length === 0) return;
  await admin.createPartitions({
    topicPartitions: grown.map(({ topic, partitions }) => ({ topic, count: partitions })),
  });
}

/** A setting that was made for the topic itself, not for the broker. */
const ofTopic = 1;

async function setConfigs(admin: Admin, plans: readonly TopicPlan[]): Promise<void> {
  const planned = [...new Set(plans.flatMap(({ config }) => Object.keys(config)))];
  const now = await describe(admin, plans, planned);
  const differing = plans.filter(({ topic, config }) => {
    const values = new Map(now.get(topic)?.map(({ configName, configValue }) => [configName, configValue]));
    return Object.entries(config).some(([name, value]) => values.get(name) !== value);
  });
  if (differing.length === 0) return;
  // What is not named falls back to the broker's: an operator's own settings of the topic are named again.
  const all = await describe(admin, differing);
  const ownOf = (topic: string) =>
    (all.get(topic) ?? []).filter((entry) => 'configSource' in entry && entry.configSource === ofTopic);
  await admin.alterConfigs({
    validateOnly: false,
    resources: differing.map(({ topic, config }) => {
      const own = ownOf(topic).map(({ configName, configValue }) => [configName, configValue]);
      return {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: entriesOf({ ...Object.fromEntries(own), ...config }),
      };
    }),
  });
}

/** @param names of settings; all unless told otherwise, which is most of a broker's work at its start */
async function describe(admin: Admin, plans: readonly TopicPlan[], names?: string[]) {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: plans.map(({ topic: name }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      ...(names && { configNames: names }),
    })),
  });
  return new Map(resources.map(({ resourceName, configEntries }) => [resourceName, configEntries]));
}

function entriesOf(config: TopicPlan['config']): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}
