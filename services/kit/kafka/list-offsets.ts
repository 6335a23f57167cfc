import { setTimeout as sleep } from 'node:timers/promises';
import { listOffsetsV9 } from '@platformatic/kafka';
import { byLeader, type Kafka } from './client.ts';
import { brokerCodes, KafkaError } from './errors.ts';
import { type MutableOffsets, type Offsets, setOffset } from './offsets.ts';

const movingLanes = new Set<number>([
  brokerCodes.unknownTopicOrPartition,
  brokerCodes.leaderNotAvailable,
  brokerCodes.notLeader,
]);
/** A thousand lanes on a busy machine take longer than five seconds to have their leaders, when they are made and at a start. */
const movingTimeoutMs = 30_000;
const retryDelayMs = 50;
const latest = -1n;
const earliest = -2n;

/** The offset that the next record of each lane will have. Throws KafkaError. */
export function ends(kafka: Kafka, topics: readonly string[]): Promise<Offsets> {
  return listOffsets(kafka, topics, latest);
}

/** The first offset that each lane still has. Throws KafkaError. */
export function starts(kafka: Kafka, topics: readonly string[]): Promise<Offsets> {
  return listOffsets(kafka, topics, earliest);
}

/** The first offset of each lane whose record was appended at `epochMs` or later; its end where none was. */
export async function offsetsAt(kafka: Kafka, topics: readonly string[], epochMs: number): Promise<Offsets> {
  const [found, end] = await Promise.all([
    listOffsets(kafka, topics, BigInt(Math.max(0, Math.trunc(epochMs)))),
    ends(kafka, topics),
  ]);
  return Object.fromEntries(
    Object.entries(end).map(([topic, lanes]) => [
      topic,
      lanes.map((last, partition) => {
        const offset = found[topic]?.[partition] ?? -1;
        return offset < 0 ? last : offset;
      }),
    ]),
  );
}

/** Asks again while a lane is moving or has just been made, or when an idle connection turns out to have been cut. */
async function listOffsets(kafka: Kafka, topics: readonly string[], timestamp: bigint): Promise<Offsets> {
  const until = Date.now() + movingTimeoutMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask(kafka, topics, timestamp);
    } catch (error) {
      kafka.forgetLayout();
      const passing = error instanceof KafkaError && (tries === 1 || movingLanes.has(error.brokerCode ?? 0));
      if (!passing || error.code === 'kafka-closed' || Date.now() > until) throw error;
      if (tries > 1) await sleep(retryDelayMs);
    }
  }
}

async function ask(kafka: Kafka, topics: readonly string[], timestamp: bigint): Promise<Offsets> {
  const layout = await kafka.layout(topics);
  const lanes = topics.flatMap((topic) =>
    (layout.topics.get(topic)?.leaders ?? []).map((_, partition) => ({ topic, partition })),
  );
  const result: MutableOffsets = {};
  const boundMs = kafka.options.callTimeoutMs ?? 1_500;
  await Promise.all(
    [...byLeader(layout, lanes, (lane) => lane).values()].map(async ({ address, items }) => {
      const request = topics.map((name) => ({
        name,
        partitions: items
          .filter((lane) => lane.topic === name)
          .map(({ partition }) => ({ partitionIndex: partition, currentLeaderEpoch: -1, timestamp })),
      }));
      const answer = await kafka.call('offsets', address, listOffsetsV9.api, [-1, 0, request], boundMs);
      for (const topic of answer.topics) {
        for (const { partitionIndex, errorCode, offset } of topic.partitions) {
          if (errorCode !== 0) {
            throw new KafkaError('kafka-refused', `no offsets of ${topic.name}/${partitionIndex}`, {
              brokerCode: errorCode,
            });
          }
          setOffset(result, { topic: topic.name, partition: partitionIndex }, Number(offset));
        }
      }
    }),
  );
  return result;
}
