/**
 * What can go wrong between us and the broker.
 * `kafka-unreachable`: nothing was sent. `kafka-lost`: the connection went away or our own bound passed with a
 * request out, so its outcome is not known. `kafka-refused`: the broker answered no.
 */
export type KafkaErrorCode = 'kafka-unreachable' | 'kafka-lost' | 'kafka-refused' | 'kafka-closed';

export class KafkaError extends Error {
  readonly code: KafkaErrorCode;
  readonly brokerCode: number | undefined;

  constructor(code: KafkaErrorCode, message: string, options: { cause?: unknown; brokerCode?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'KafkaError';
    this.code = code;
    this.brokerCode = options.brokerCode;
  }
}

/** Broker error codes that the port acts on, https://kafka.apache.org/protocol#protocol_error_codes */
export const brokerCodes = {
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  messageTooLarge: 10,
  coordinatorLoadInProgress: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  recordListTooLarge: 18,
  invalidProducerEpoch: 47,
  concurrentTransactions: 51,
  fetchSessionIdNotFound: 70,
  invalidFetchSessionEpoch: 71,
  invalidRecord: 87,
} as const;
