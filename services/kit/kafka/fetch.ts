import { createAPI, fetchV17, Reader } from '@platformatic/kafka';
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

/** As much of a fetch's answer as is used. `records` are batches as the broker keeps them. */
interface FetchAnswer {
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly {
    readonly topicId: string;
    readonly partitions: readonly FetchedPartition[];
  }[];
}

interface FetchedPartition {
  readonly partitionIndex: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly logStartOffset: number;
  readonly records: Buffer;
}

/**
 * The client's fetch, read by ourselves: an answer of megabytes arrives in a hundred pieces, among which the client's reader
 * looks for the right one at every field (2.2 of 2.5 s of reading were seen to go there), and records stay bytes
 * here (record-batch.ts).
 */
const fetchApi = createAPI<Parameters<typeof fetchV17.createRequest>, FetchAnswer>(
  fetchV17.api.key,
  fetchV17.api.version,
  fetchV17.createRequest,
  (_correlationId, _apiKey, _apiVersion, reader) =>
    parseAnswer(Reader.from(ownBytes(reader.buffer.subarray(reader.position)))),
);

/** Not of Node's pool: one record that is kept for minutes would keep 64 KB there, whatever else has been in them. */
function ownBytes({ buffers, length }: Reader['buffer']): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const piece of buffers) at += piece.copy(bytes, at);
  return bytes;
}

const noRecords = Buffer.alloc(0);

function parseAnswer(reader: Reader): FetchAnswer {
  reader.readInt32(); // throttle time
  return {
    errorCode: reader.readInt16(),
    sessionId: reader.readInt32(),
    responses: reader.readArray((topic) => ({
      topicId: topic.readUUID(),
      partitions: topic.readArray(parsePartition),
    })),
  };
}

function parsePartition(reader: Reader): FetchedPartition {
  const partitionIndex = reader.readInt32();
  const errorCode = reader.readInt16();
  const highWatermark = Number(reader.readInt64());
  reader.readInt64(); // last stable offset
  const logStartOffset = Number(reader.readInt64());
  reader.readNullableArray((aborted) => [aborted.readInt64(), aborted.readInt64()]);
  reader.readInt32(); // preferred read replica
  const records = reader.readNullableBytes() ?? noRecords;
  return { partitionIndex, errorCode, highWatermark, logStartOffset, records };
}

/** Time on top of the broker's own wait before a fetch is taken for lost. */
const graceMs = 2_000;

/** A lane that is being followed; its offset moves. */
export interface MovingLane extends LaneRef {
  offset: number;
}

/**
 * A fetch session (KIP-227) with one broker over a fixed list of lanes: the first request names every lane, later ones only
 * those that moved, and answers hold only lanes with news. With 200 lanes and an event a millisecond that is most of the
 * cost.
 */
export function createFetchSession(
  kafka: Kafka,
  role: string,
  address: Address,
  layout: ClusterLayout,
  lanes: readonly MovingLane[],
) {
  let id = 0;
  let epoch = 0;
  /** The first answer says where the lanes end: a quiet log would hold it back. */
  let begun = false;
  /** The offset last asked for, by place in the list; -1 before the first request of a session. */
  const sent = lanes.map(() => -1);
  const places = new Map<string, Map<number, MovingLane>>();
  for (const lane of lanes) {
    const topicId = layout.topics.get(lane.topic)?.id ?? '';
    const byPartition = places.get(topicId) ?? new Map<number, MovingLane>();
    places.set(topicId, byPartition.set(lane.partition, lane));
  }
  const laneAt = (topicId: string, partition: number): MovingLane | undefined =>
    places.get(topicId)?.get(partition);

  const reset = (): void => {
    id = 0;
    epoch = 0;
    sent.fill(-1);
  };

  return {
    /** Asks from where each lane stands. Throws KafkaError. */
    async fetch(limits: FetchLimits): Promise<FetchedLane[]> {
      const moved = lanes.filter((lane, index) => sent[index] !== lane.offset);
      let answer: FetchAnswer;
      try {
        const bounds = begun ? limits : { ...limits, maxWaitMs: 0 };
        answer = await fetchOnce(kafka, role, address, layout, moved, bounds, { id, epoch });
        begun = true;
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
      // A broker that keeps no session answers 0, and is asked in full each time.
      epoch = id === 0 ? 0 : epoch === maxSessionEpoch ? 1 : epoch + 1;
      if (id === 0) sent.fill(-1);
      else for (const [index, lane] of lanes.entries()) sent[index] = lane.offset;
      return toFetchedLanes(answer, laneAt);
    },
  };
}

export type FetchSession = ReturnType<typeof createFetchSession>;

const maxSessionEpoch = 2_147_483_647;

/** One fetch outside any session. */
export async function fetchLanes(
  kafka: Kafka,
  role: string,
  address: Address,
  layout: ClusterLayout,
  lanes: readonly LanePosition[],
  limits: FetchLimits,
): Promise<FetchedLane[]> {
  const asked = new Map(
    lanes.map((lane) => [`${layout.topics.get(lane.topic)?.id}:${lane.partition}`, lane]),
  );
  const answer = await fetchOnce(kafka, role, address, layout, lanes, limits, { id: 0, epoch: -1 });
  if (answer.errorCode !== 0) {
    throw new KafkaError('kafka-refused', 'fetch refused', { brokerCode: answer.errorCode });
  }
  return toFetchedLanes(answer, (topicId, partition) => asked.get(`${topicId}:${partition}`));
}

function fetchOnce(
  kafka: Kafka,
  role: string,
  address: Address,
  layout: ClusterLayout,
  lanes: readonly LanePosition[],
  limits: FetchLimits,
  session: { id: number; epoch: number },
): Promise<FetchAnswer> {
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
    fetchApi,
    [maxWaitMs, 1, maxBytes, 0, session.id, session.epoch, [...byTopic.values()], [], ''],
    maxWaitMs + graceMs,
  );
}

function toFetchedLanes(
  answer: FetchAnswer,
  laneAt: (topicId: string, partition: number) => LanePosition | undefined,
): FetchedLane[] {
  const lanes: FetchedLane[] = [];
  for (const { topicId, partitions } of answer.responses) {
    for (const partition of partitions) {
      const lane = laneAt(topicId, partition.partitionIndex);
      if (lane === undefined) continue;
      const outOfRange = partition.errorCode === brokerCodes.offsetOutOfRange;
      if (partition.errorCode !== 0 && !outOfRange) {
        throw new KafkaError('kafka-refused', `fetch of ${lane.topic}/${lane.partition} refused`, {
          brokerCode: partition.errorCode,
        });
      }
      const { records, next } = toRecords(lane.topic, lane.partition, partition.records, lane.offset);
      lanes.push({
        topic: lane.topic,
        partition: lane.partition,
        records,
        next,
        end: partition.highWatermark,
        start: partition.logStartOffset,
        outOfRange,
      });
    }
  }
  return lanes;
}
