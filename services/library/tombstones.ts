import {
  createOwnProducer,
  type Kafka,
  KafkaError,
  type LaneRef,
  type RecordToSend,
  tombstonesFor,
} from '@puebla/kit';
import pLimit from 'p-limit';

/** Writes tombstones by connections of its own, opened when they are first needed. */
export interface Tombstones {
  /**
   * Takes events out of their lane. Resolves when the log has their tombstones; rejects with KafkaError when it may not have all of them:
   * written again, they say the same.
   *
   * @param identities `<agency>/<id>`, of one lane
   */
  write(lane: LaneRef, identities: readonly string[]): Promise<void>;
  /** The same with records without values of any lanes. Gives when the last one was appended, epoch ms. */
  append(records: readonly RecordToSend[]): Promise<number>;
  close(): void;
}

const sendTimeoutMs = 1_500;
/** A request of some 100 KB. */
const maxRecordsASend = 1_000;

export function createTombstones(kafka: Kafka): Tombstones {
  const own = createOwnProducer(kafka, 'tombstones', { sendTimeoutMs });
  const inTurn = pLimit(1);
  const send = async (records: readonly RecordToSend[]): Promise<number> => {
    const producer = own.get();
    const outcomes = await producer.send(records);
    const times = outcomes.map((outcome) => (outcome.state === 'written' ? outcome.timestamp : undefined));
    if (times.includes(undefined)) {
      const cause = producer.lastTrouble();
      throw new KafkaError('kafka-lost', 'a tombstone may not be in the log', { cause });
    }
    return Math.max(...times.map(Number));
  };
  const append = (records: readonly RecordToSend[]): Promise<number> =>
    inTurn(async () => {
      let last = 0;
      for (let at = 0; at < records.length; at += maxRecordsASend)
        last = Math.max(last, await send(records.slice(at, at + maxRecordsASend)));
      return last;
    });
  return {
    append,
    async write(lane, identities) {
      await append(identities.flatMap((identity) => tombstonesFor(lane, identity)));
    },
    close: own.close,
  };
}
