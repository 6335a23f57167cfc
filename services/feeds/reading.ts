import {
  type Codec,
  hasTwin,
  isCopyForView,
  type Kafka,
  kindIn,
  type Log,
  type LogRecord,
  type Metrics,
  type Places,
  PoisonError,
  resentFrom,
} from '@puebla/kit';
import type { Kind } from '@puebla/schemas';
import { type FeedEvent, toFeedEvent } from './event.ts';

/** How the feeds read a record, the same live and from history, so that every reader comes to the same answer. */
export interface Reading {
  /**
   * The event of a record; undefined for what nobody sees: a tombstone, a schema that is nowhere, a record sent again whose twin is
   * there, and what has a dead letter. Rejects with KafkaError when the lane cannot be looked at now, RegistryUnavailableError when the schema
   * cannot be had: skipping the record would lose an event.
   */
  read(record: LogRecord): FeedEvent | undefined | Promise<FeedEvent | undefined>;
}

export function createReading(options: {
  kafka: Kafka;
  codec: Codec;
  role: string;
  /** Places that are not read as events. */
  passOver: Pick<Places, 'size' | 'has'>;
  log: Log;
  metrics: Metrics;
}): Reading {
  const { kafka, codec, role, passOver, log, metrics } = options;

  const onPoison = ({ topic, partition, offset }: LogRecord, { reason }: PoisonError): void => {
    metrics.poison.inc({ service: 'feeds', topic });
    log.error({ topic, partition, offset, reason }, 'a record cannot be decoded; the lane goes on');
  };
  const learn = async (kind: Kind, record: LogRecord): Promise<boolean> => {
    try {
      await codec.learn(kind, record.value);
      return true;
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      onPoison(record, error);
      return false;
    }
  };
  const readLater = async (kind: Kind, record: LogRecord): Promise<FeedEvent | undefined> => {
    if (isCopyForView(record)) return undefined;
    if (await hasTwin(kafka, role, record)) return undefined;
    return (await learn(kind, record)) ? toFeedEvent(codec, kind, record, onPoison) : undefined;
  };

  return {
    read(record) {
      const kind = kindIn(record);
      if (kind === undefined) return undefined;
      if (passOver.size !== 0 && passOver.has(record)) return undefined;
      const { value } = record;
      if (value === null && record.key !== null) return undefined;
      const learning = codec.learn(kind, value);
      if (learning === undefined && resentFrom(record) === undefined) {
        return toFeedEvent(codec, kind, record, onPoison);
      }
      learning?.catch(() => {});
      return readLater(kind, record);
    },
  };
}
