import { setTimeout as sleep } from 'node:timers/promises';
import { findCoordinatorV6, initProducerIdV5 } from '@platformatic/kafka';
import type { Kafka } from './client.ts';
import type { Address } from './connection.ts';
import { brokerCodes, KafkaError } from './errors.ts';

export interface ProducerId {
  readonly id: bigint;
  readonly epoch: number;
}

/** What a young broker says for a moment, and one that has not yet settled what the epoch before left. */
const passing = new Set<number>([
  brokerCodes.coordinatorLoadInProgress,
  brokerCodes.coordinatorNotAvailable,
  brokerCodes.notCoordinator,
  brokerCodes.concurrentTransactions,
]);
const retryDelayMs = 50;
/** The first transactional id of a cluster waits for the topic of its coordinator, which a young broker makes behind all others. */
const coordinatorWithinMs = 10_000;
/** Of a transaction, of which there are none here: the protocol asks for it. */
const transactionTimeoutMs = 60_000;
const transactionKey = 1;

/**
 * A producer's id and epoch. With a transactional id all who say the same one get the same id, each a newer epoch: once the newer has
 * written to a lane, the broker refuses what the older ones send there. Throws KafkaError.
 */
export async function newProducerId(
  kafka: Kafka,
  transactionalId: string | undefined,
  boundMs: number,
): Promise<ProducerId> {
  const until = Date.now() + (transactionalId === undefined ? boundMs : coordinatorWithinMs);
  const args: Parameters<typeof initProducerIdV5.createRequest> = [
    transactionalId ?? null,
    transactionTimeoutMs,
    -1n,
    -1,
  ];
  for (;;) {
    const found = await whoGivesIds(kafka, transactionalId, boundMs);
    let brokerCode = found.errorCode;
    if (found.address !== undefined) {
      const answer = await kafka.call('produce', found.address, initProducerIdV5.api, args, boundMs);
      if (answer.errorCode === 0) return { id: answer.producerId, epoch: answer.producerEpoch };
      brokerCode = answer.errorCode;
    }
    if (!passing.has(brokerCode) || Date.now() > until)
      throw new KafkaError('kafka-refused', 'no producer id', { brokerCode });
    await sleep(retryDelayMs);
  }
}

/** Any broker; that of a transactional id is its coordinator. */
async function whoGivesIds(
  kafka: Kafka,
  transactionalId: string | undefined,
  boundMs: number,
): Promise<{ readonly address?: Address; readonly errorCode: number }> {
  const { brokers } = await kafka.layout([]);
  const [first] = brokers.values();
  if (first === undefined) throw new KafkaError('kafka-unreachable', 'the cluster names no broker');
  if (transactionalId === undefined) return { address: first, errorCode: 0 };
  const asked = [transactionKey, [transactionalId]] satisfies Parameters<
    typeof findCoordinatorV6.createRequest
  >;
  const { coordinators } = await kafka.call('produce', first, findCoordinatorV6.api, asked, boundMs);
  const [{ errorCode, nodeId } = { errorCode: brokerCodes.coordinatorNotAvailable, nodeId: -1 }] =
    coordinators;
  const address = brokers.get(nodeId);
  return errorCode === 0 && address !== undefined ? { address, errorCode } : { errorCode };
}
