import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Codec,
  hasTwin,
  type Kafka,
  type Log,
  type LogRecord,
  type Metrics,
  PoisonError,
  RegistryUnavailableError,
  resentFrom,
} from '@puebla/kit';
import { type FeedEvent, toFeedEvent } from './event.ts';

const registryRetryMs = 500;

/** How the feeds read a record, the same live and from history, so that every reader comes to the same answer. */
export interface Reading {
  /**
   * The event of a record; undefined for what nobody sees: poison, and a record sent again whose twin is there. Rejects
   * with KafkaError when the lane cannot be looked at now.
   */
  read(record: LogRecord): FeedEvent | undefined | Promise<FeedEvent | undefined>;
}

export function createReading(options: {
  kafka: Kafka;
  codec: Codec;
  role: string;
  log: Log;
  metrics: Metrics;
}): Reading {
  const { kafka, codec, role, log, metrics } = options;

  const onFailure = (error: unknown, record: LogRecord): undefined => {
    if (!(error instanceof PoisonError)) throw error;
    const { topic, partition, offset } = record;
    metrics.poison.inc({ service: 'feeds', topic });
    log.error(
      { topic, partition, offset, reason: error.reason },
      'a record cannot be decoded; the lane goes on',
    );
    return undefined;
  };
  const decode = async (record: LogRecord): Promise<FeedEvent | undefined> => {
    for (;;) {
      try {
        return await toFeedEvent(codec, record);
      } catch (error) {
        if (!(error instanceof RegistryUnavailableError)) return onFailure(error, record);
        // Skipping it would lose an event; its lane waits for the registry.
        log.warn({ err: error }, 'a schema cannot be had now');
        await sleep(registryRetryMs);
      }
    }
  };

  return {
    read(record) {
      if (resentFrom(record) !== undefined) {
        return hasTwin(kafka, role, record).then((has) => (has ? undefined : decode(record)));
      }
      try {
        const event = toFeedEvent(codec, record);
        return event instanceof Promise ? decode(record) : event;
      } catch (error) {
        return onFailure(error, record);
      }
    },
  };
}
