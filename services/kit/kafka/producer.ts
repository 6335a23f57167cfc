import { setTimeout as sleep } from 'node:timers/promises';
import { initProducerIdV5, produceV11 } from '@platformatic/kafka';
import { byLeader, type Kafka } from './client.ts';
import { brokerCodes, KafkaError } from './errors.ts';

export interface RecordToSend {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Map<Buffer, Buffer>;
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
  /** Gets the producer's id, which `send` would otherwise do first. Throws KafkaError. */
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
/** What a young broker says for a moment. */
const stillLoading = new Set<number>([
  brokerCodes.coordinatorLoadInProgress,
  brokerCodes.coordinatorNotAvailable,
]);
const retryDelayMs = 50;
const maxEpoch = 32_767;
const maxSequence = 2_147_483_647;

/**
 * An idempotent producer (acks=all) that never retries: it is built on the client's single requests, because the
 * guarantee needs three things that its `Producer` does not give. An error is always an unknown outcome, never a silent
 * second send. After one, the epoch is raised with the same producer id, as the Java client does, so that a
 * request that is still under way somewhere is fenced as soon as the new epoch has written to the lane: a late twin
 * can only lie before the record that was sent again, where readers look for it. And the append time is reported.
 */
export function createProducer(kafka: Kafka, options: { sendTimeoutMs: number }): Producer {
  const { sendTimeoutMs } = options;
  let identity: { id: bigint; epoch: number } | undefined;
  const sequences = new Map<string, number>();
  let sending = false;
  let closed = false;
  let trouble: unknown;

  const begin = async (): Promise<{ id: bigint; epoch: number }> => {
    const layout = await kafka.layout([]);
    const [address] = layout.brokers.values();
    if (address === undefined) throw new KafkaError('kafka-unreachable', 'the cluster names no broker');
    const args: Parameters<typeof initProducerIdV5.createRequest> = [null, 60_000, -1n, -1];
    const until = Date.now() + sendTimeoutMs;
    for (;;) {
      const answer = await kafka.call('produce', address, initProducerIdV5.api, args, sendTimeoutMs);
      if (answer.errorCode === 0) return { id: answer.producerId, epoch: answer.producerEpoch };
      if (!stillLoading.has(answer.errorCode) || Date.now() > until) {
        throw new KafkaError('kafka-refused', 'no producer id', { brokerCode: answer.errorCode });
      }
      await sleep(retryDelayMs);
    }
  };

  const raiseEpoch = (): void => {
    kafka.drop('produce');
    kafka.forgetLayout();
    sequences.clear();
    if (identity !== undefined) {
      identity = identity.epoch < maxEpoch ? { ...identity, epoch: identity.epoch + 1 } : undefined;
    }
  };

  const sendTo = async (
    group: { address: { host: string; port: number }; items: { record: RecordToSend; index: number }[] },
    producer: { id: bigint; epoch: number },
    outcomes: SendOutcome[],
  ): Promise<void> => {
    const counts = new Map<string, number[]>();
    for (const { record, index } of group.items) {
      const lane = `${record.topic}:${record.partition}`;
      const indexes = counts.get(lane);
      if (indexes === undefined) counts.set(lane, [index]);
      else indexes.push(index);
    }
    const first = new Map([...counts.keys()].map((lane) => [lane, sequences.get(lane) ?? 0]));
    const answer = await kafka.call(
      'produce',
      group.address,
      produceV11.api,
      [
        -1,
        sendTimeoutMs,
        group.items.map(({ record }) => ({ ...record })),
        {
          producerId: producer.id,
          producerEpoch: producer.epoch,
          // The client asks its own map for one number a lane and nothing else.
          sequences: { getWithDefault: (lane: string) => first.get(lane) ?? 0 } as never,
        },
      ],
      sendTimeoutMs,
    );
    if (typeof answer === 'boolean') throw new KafkaError('kafka-lost', 'the broker gave no answer');
    for (const topic of answer.responses) {
      for (const { index, errorCode, baseOffset, logAppendTimeMs } of topic.partitionResponses) {
        const lane = `${topic.name}:${index}`;
        const indexes = counts.get(lane) ?? [];
        if (errorCode === 0) {
          sequences.set(lane, nextSequence(first.get(lane) ?? 0, indexes.length));
          indexes.forEach((at, position) => {
            outcomes[at] = {
              state: 'written',
              offset: Number(baseOffset) + position,
              timestamp: Number(logAppendTimeMs),
            };
          });
        } else if (refusals.has(errorCode)) {
          for (const at of indexes) outcomes[at] = { state: 'refused', brokerCode: errorCode };
        }
      }
    }
  };

  return {
    async prepare() {
      identity ??= await begin();
    },
    async send(records) {
      if (sending) throw new Error('one send at a time');
      if (closed) throw new KafkaError('kafka-closed', 'the producer is closed');
      sending = true;
      trouble = undefined;
      const outcomes: SendOutcome[] = records.map(() => ({ state: 'unsent' }));
      try {
        identity ??= await begin();
        const producer = identity;
        const layout = await kafka.layout([...new Set(records.map(({ topic }) => topic))]);
        const groups = byLeader(
          layout,
          records.map((record, index) => ({ record, index })),
          ({ record }) => record,
        );
        await Promise.all(
          [...groups.values()].map(async (group) => {
            for (const { index } of group.items) outcomes[index] = { state: 'unknown' };
            try {
              await sendTo(group, producer, outcomes);
            } catch (error) {
              trouble = error;
              if (!(error instanceof KafkaError) || error.code !== 'kafka-unreachable') return;
              for (const { index } of group.items) outcomes[index] = { state: 'unsent' };
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

/** Sequence numbers go from 0 to 2^31 - 1 and begin again. */
function nextSequence(first: number, count: number): number {
  return first > maxSequence - count ? count - (maxSequence - first) - 1 : first + count;
}
