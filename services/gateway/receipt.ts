import { type CursorCodec, type Kafka, type LanePosition, type Offsets, offsetsAt } from '@puebla/kit';
import { type Agency, addressOf, type Violation } from '@puebla/schemas';
import type { Accepted } from './accept.ts';
import type { Kept } from './identities.ts';
import type { Publisher } from './publisher.ts';

/** What a publisher gets back for a kept event. */
export interface Answer {
  readonly id: string;
  readonly agency: string;
  readonly kind: string;
  readonly address: string;
  readonly receipt: string;
  /** Of a step that does not count: why. */
  readonly void?: readonly Violation[];
}

export interface Receipts {
  /** For an event that was kept just now: the other lanes at the ends that this gateway knows. */
  fresh(agency: Agency, event: Named, kept: Kept): Answer;
  /**
   * For a retry of an event that was kept before: the other lanes as they were then, so that a reader who starts from
   * it misses nothing. Throws KafkaError.
   */
  again(agency: Agency, event: Named, kept: Kept): Promise<Answer>;
}

type Named = Pick<Accepted, 'id' | 'kind'>;

export function createReceipts(options: {
  kafka: Kafka;
  topics: readonly string[];
  clusterId: string;
  cursors: CursorCodec;
  publisher: Publisher;
}): Receipts {
  const { kafka, topics, clusterId, cursors, publisher } = options;

  const behind = ({ topic, partition, offset }: Kept): LanePosition => ({
    topic,
    partition,
    offset: offset + 1,
  });
  const answer = (agency: Agency, { id, kind }: Named, kept: Kept, offsets: Offsets): Answer => {
    return {
      id,
      agency: agency.id,
      kind: kind.name,
      address: addressOf(agency.id, id),
      receipt: cursors.encode({ clusterId, offsets }, behind(kept)),
    };
  };

  return {
    fresh: (agency, event, kept) => answer(agency, event, kept, publisher.ends()),
    async again(agency, event, kept) {
      return answer(agency, event, kept, await offsetsAt(kafka, topics, kept.timestamp));
    },
  };
}
