import { createAPI, produceV11, Writer } from '@platformatic/kafka';
import { byLeader, type Kafka } from './client.ts';
import type { Address } from './connection.ts';
import { brokerCodes, KafkaError } from './errors.ts';
import { laneKey } from './offsets.ts';
import { newProducerId, type ProducerId } from './producer-id.ts';
import { encodeBatch } from './record-batch.ts';

export interface RecordToSend {
  readonly topic: string;
  readonly partition: number;
  /** Key, value and headers, as `encodeRecord` gives them. */
  readonly content: Buffer;
}

/**
 * What became of one record. `unsent`: it never left this process. `unknown`: it may be in the lane or not; look before
 * it is sent again.
 */
export type SendOutcome =
  | { readonly state: 'written'; readonly offset: number; readonly timestamp: number }
  | { readonly state: 'refused'; readonly brokerCode: number }
  | { readonly state: 'unsent' }
  | { readonly state: 'unknown' };

export interface Producer {
  /**
   * Gets the producer's id, which `send` would otherwise do first; with a transactional id a new epoch each time. Throws KafkaError.
   */
  prepare(): Promise<void>;
  /** Sends one batch, and tells for each record, in the order given, what became of it. One call at a time. */
  send(records: readonly RecordToSend[]): Promise<SendOutcome[]>;
  /** Why the last send did not end well; undefined when it did. */
  lastTrouble(): unknown;
  close(): void;
}

const refusals = new Set<number>([
  brokerCodes.messageTooLarge,
  brokerCodes.recordListTooLarge,
  brokerCodes.invalidRecord,
]);
const unsent: SendOutcome = { state: 'unsent' };
const unknown: SendOutcome = { state: 'unknown' };
const maxEpoch = 32_767;
const maxSequence = 2_147_483_647;

/**
 * An idempotent producer (acks=all) that never retries: it is built on the client's single requests, because the
 * guarantee needs three things that its `Producer` does not give. An error is always an unknown outcome, never a silent
 * second send. After one, the epoch is raised with the same producer id, as the Java client does, so that a
 * request that is still under way somewhere is fenced as soon as the new epoch has written to the lane: a late twin
 * can only lie before the record that was sent again, where readers look for it. And the append time is reported.
 */
export function createProducer(
  kafka: Kafka,
  options: {
    sendTimeoutMs: number;
    /** Epoch ms that each send's records are stamped with; read only from topics that keep the producer's time. */
    clock?: () => number;
    /** Shared with other processes: of them the one that has prepared last writes, once it has written. */
    transactionalId?: string;
  },
): Producer {
  const { sendTimeoutMs, clock = Date.now, transactionalId } = options;
  let identity: ProducerId | undefined;
  const sequences = new Map<string, number>();
  let sending = false;
  let closed = false;
  let trouble: unknown;

  const isRefusal = (errorCode: number): boolean =>
    refusals.has(errorCode) ||
    (transactionalId !== undefined && errorCode === brokerCodes.invalidProducerEpoch);

  const raiseEpoch = (): void => {
    kafka.drop('produce');
    kafka.forgetLayout();
    sequences.clear();
    if (identity === undefined) return;
    // Epochs of a transactional id are given by its coordinator alone.
    const isOurs = transactionalId === undefined && identity.epoch < maxEpoch;
    identity = isOurs ? { ...identity, epoch: identity.epoch + 1 } : undefined;
  };

  const sendTo = async (
    { address, items: lanes }: { address: Address; items: readonly LaneBatch[] },
    producer: ProducerId,
    outcomes: SendOutcome[],
  ): Promise<void> => {
    const sequenced = lanes.map((lane) => ({ ...lane, sequence: sequences.get(laneKey(lane)) ?? 0 }));
    const answer = await kafka.call(
      'produce',
      address,
      produceApi,
      [sequenced, producer, sendTimeoutMs, clock()],
      sendTimeoutMs,
    );
    for (const { name: topic, partitionResponses } of answer.responses) {
      for (const { index: partition, errorCode, baseOffset, logAppendTimeMs } of partitionResponses) {
        const lane = sequenced.find((sent) => sent.topic === topic && sent.partition === partition);
        if (lane === undefined) continue;
        const { indexes, sequence } = lane;
        if (errorCode === 0) {
          sequences.set(laneKey(lane), nextSequence(sequence, indexes.length));
          const first = Number(baseOffset);
          const timestamp = Number(logAppendTimeMs);
          indexes.forEach((at, position) => {
            outcomes[at] = { state: 'written', offset: first + position, timestamp };
          });
        } else if (isRefusal(errorCode)) {
          for (const at of indexes) outcomes[at] = { state: 'refused', brokerCode: errorCode };
        }
      }
    }
  };

  return {
    async prepare() {
      if (transactionalId !== undefined) {
        identity = undefined;
        sequences.clear();
      }
      identity ??= await newProducerId(kafka, transactionalId, sendTimeoutMs);
    },
    async send(records) {
      if (sending) throw new Error('one send at a time');
      if (closed) throw new KafkaError('kafka-closed', 'the producer is closed');
      sending = true;
      trouble = undefined;
      const outcomes: SendOutcome[] = records.map(() => unsent);
      const mark = (lanes: readonly LaneBatch[], outcome: SendOutcome): void => {
        for (const { indexes } of lanes) for (const at of indexes) outcomes[at] = outcome;
      };
      try {
        identity ??= await newProducerId(kafka, transactionalId, sendTimeoutMs);
        const producer = identity;
        const lanes = byLane(records);
        const layout = await kafka.layout([...new Set(lanes.map(({ topic }) => topic))]);
        await Promise.all(
          [...byLeader(layout, lanes, (lane) => lane).values()].map(async (group) => {
            mark(group.items, unknown);
            try {
              await sendTo(group, producer, outcomes);
            } catch (error) {
              trouble = error;
              if (!(error instanceof KafkaError) || error.code !== 'kafka-unreachable') return;
              mark(group.items, unsent);
            }
          }),
        );
      } catch (error) {
        // Whatever was not marked otherwise is `unsent`.
        trouble = error;
      } finally {
        sending = false;
      }
      if (outcomes.some(({ state }) => state === 'unsent' || state === 'unknown')) raiseEpoch();
      return outcomes;
    },
    lastTrouble: () => trouble,
    close() {
      closed = true;
      kafka.drop('produce');
    },
  };
}

/** The records of one send that go to one lane, and their places in the send. */
interface LaneBatch {
  readonly topic: string;
  readonly partition: number;
  readonly indexes: number[];
  readonly contents: Buffer[];
}

interface LaneToSend extends LaneBatch {
  /** Number of its first record. */
  readonly sequence: number;
}

function byLane(records: readonly RecordToSend[]): LaneBatch[] {
  const lanes = new Map<string, LaneBatch>();
  records.forEach((record, index) => {
    const key = laneKey(record);
    let lane = lanes.get(key);
    if (lane === undefined) {
      lane = { topic: record.topic, partition: record.partition, indexes: [], contents: [] };
      lanes.set(key, lane);
    }
    lane.indexes.push(index);
    lane.contents.push(record.content);
  });
  return [...lanes.values()];
}

const allInSync = -1;

/** The client's Produce request, with batches of our own making (record-batch.ts). */
const produceApi = createAPI<
  [lanes: readonly LaneToSend[], producer: ProducerId, timeoutMs: number, now: number],
  produceV11.ProduceResponse
>(
  produceV11.api.key,
  produceV11.api.version,
  (lanes: readonly LaneToSend[], producer: ProducerId, timeoutMs: number, now: number) => {
    const byTopic = Map.groupBy(lanes, ({ topic }) => topic);
    return Writer.create()
      .appendString(null)
      .appendInt16(allInSync)
      .appendInt32(timeoutMs)
      .appendArray([...byTopic], (topics: Writer, [topic, inTopic]: [string, LaneToSend[]]) => {
        topics
          .appendString(topic)
          .appendArray(inTopic, (partitions: Writer, { partition, contents, sequence }: LaneToSend) => {
            const batch = encodeBatch(contents, now, { ...producer, sequence });
            partitions
              .appendInt32(partition)
              .appendUnsignedVarInt(batch.length + 1)
              .append(batch);
          });
      })
      .appendTaggedFields();
  },
  produceV11.parseResponse,
);

/** Sequence numbers go from 0 to 2^31 - 1 and begin again. */
function nextSequence(first: number, count: number): number {
  return first > maxSequence - count ? count - (maxSequence - first) - 1 : first + count;
}
