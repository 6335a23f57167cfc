import { fetchV17 } from '@platformatic/kafka';
import type { ClusterLayout, Kafka } from './client.ts';
import type { Address } from './connection.ts';
import { brokerCodes, KafkaError } from './errors.ts';
import type { LaneRef } from './offsets.ts';
import { type LogRecord, toRecords } from './record.ts';

export interface LanePosition extends LaneRef {
  readonly offset: number;
}

/** What one fetch brought for one lane. */
export interface FetchedLane extends LaneRef {
  readonly records: readonly LogRecord[];
  /** Where to go on. */
  readonly next: number;
  readonly end: number;
  readonly start: number;
  /** The offset asked for lies below the lane's start or above its end. */
  readonly outOfRange: boolean;
}

export interface FetchLimits {
  /** How long the broker may wait for a first byte, ms. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly laneMaxBytes: number;
}

/** Time on top of the broker's own wait before a fetch is taken for lost. */
const graceMs = 2_000;

/**
 * A fetch session (KIP-227) with one broker: the first request names every lane, later ones only those that moved,
 * and answers hold only lanes with news. With 200 lanes and an event a millisecond that is most of the cost.
 */
export function createFetchSession(kafka: Kafka, role: string, address: Address) {
  let id = 0;
  let epoch = 0;
  const sent = new Map<string, number>();

  const reset = (): void => {
    id = 0;
    epoch = 0;
    sent.clear();
  };

  return {
    async fetch(
      layout: ClusterLayout,
      lanes: readonly LanePosition[],
      limits: FetchLimits,
    ): Promise<FetchedLane[]> {
      const asked = new Map(lanes.map((lane) => [laneKey(lane), lane]));
      const moved = lanes.filter((lane) => sent.get(laneKey(lane)) !== lane.offset);
      let answer: fetchV17.FetchResponse;
      try {
        answer = await fetchOnce(kafka, role, address, layout, moved, limits, { id, epoch });
      } catch (error) {
        reset();
        throw error;
      }
      const lost =
        answer.errorCode === brokerCodes.fetchSessionIdNotFound ||
        answer.errorCode === brokerCodes.invalidFetchSessionEpoch;
      if (lost) {
        reset();
        return [];
      }
      if (answer.errorCode !== 0) {
        reset();
        throw new KafkaError('kafka-refused', 'fetch refused', { brokerCode: answer.errorCode });
      }
      if (epoch === 0) id = answer.sessionId;
      epoch = epoch === 2_147_483_647 ? 1 : epoch + 1;
      if (id === 0) epoch = 0;
      for (const lane of moved) sent.set(laneKey(lane), lane.offset);
      return toFetchedLanes(layout, answer, (key) => asked.get(key)?.offset ?? 0);
    },
  };
}

/** One fetch outside any session. */
export async function fetchLanes(
  kafka: Kafka,
  role: string,
  address: Address,
  layout: ClusterLayout,
  lanes: readonly LanePosition[],
  limits: FetchLimits,
): Promise<FetchedLane[]> {
  const asked = new Map(lanes.map((lane) => [laneKey(lane), lane]));
  const answer = await fetchOnce(kafka, role, address, layout, lanes, limits, { id: 0, epoch: -1 });
  if (answer.errorCode !== 0) {
    throw new KafkaError('kafka-refused', 'fetch refused', { brokerCode: answer.errorCode });
  }
  return toFetchedLanes(layout, answer, (key) => asked.get(key)?.offset ?? 0);
}

function fetchOnce(
  kafka: Kafka,
  role: string,
  address: Address,
  layout: ClusterLayout,
  lanes: readonly LanePosition[],
  limits: FetchLimits,
  session: { id: number; epoch: number },
): Promise<fetchV17.FetchResponse> {
  const byTopic = new Map<string, fetchV17.FetchRequestTopic>();
  for (const lane of lanes) {
    let topic = byTopic.get(lane.topic);
    if (topic === undefined) {
      topic = { topicId: layout.topics.get(lane.topic)?.id ?? '', partitions: [] };
      byTopic.set(lane.topic, topic);
    }
    topic.partitions.push({
      partition: lane.partition,
      fetchOffset: BigInt(lane.offset),
      partitionMaxBytes: limits.laneMaxBytes,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    });
  }
  const { maxWaitMs, maxBytes } = limits;
  return kafka.call(
    role,
    address,
    fetchV17.api,
    [maxWaitMs, 1, maxBytes, 0, session.id, session.epoch, [...byTopic.values()], [], ''],
    maxWaitMs + graceMs,
  );
}

function toFetchedLanes(
  layout: ClusterLayout,
  answer: fetchV17.FetchResponse,
  askedOffset: (key: string) => number,
): FetchedLane[] {
  const names = new Map([...layout.topics].map(([name, { id }]) => [id, name]));
  return answer.responses.flatMap(({ topicId, partitions }) => {
    const topic = names.get(topicId);
    if (topic === undefined) return [];
    return partitions.map((partition) => {
      const lane = { topic, partition: partition.partitionIndex };
      const from = askedOffset(laneKey(lane));
      const outOfRange = partition.errorCode === brokerCodes.offsetOutOfRange;
      if (partition.errorCode !== 0 && !outOfRange) {
        throw new KafkaError('kafka-refused', `fetch of ${topic}/${lane.partition} refused`, {
          brokerCode: partition.errorCode,
        });
      }
      const { records, next } = toRecords(topic, partition, from);
      return {
        ...lane,
        records,
        next,
        end: Number(partition.highWatermark),
        start: Number(partition.logStartOffset),
        outOfRange,
      };
    });
  });
}

function laneKey({ topic, partition }: LaneRef): string {
  return `${topic}:${partition}`;
}
