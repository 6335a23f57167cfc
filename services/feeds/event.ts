import {
  type Codec,
  eventIn,
  identityOf,
  isInThread,
  type LogRecord,
  PoisonError,
  toCloudEvent,
} from '@puebla/kit';
import { changeBy, type EventHead, type Facets, type Kind, type ThreadChange } from '@puebla/schemas';

/** What readers are shown of an event: decided by `head` and `facets`, written as `json`, encoded once for everybody. */
export interface FeedContent {
  readonly head: EventHead;
  readonly facets: Facets;
  /** The structured CloudEvent, on one line. */
  readonly json: string;
  /** What a recall says. Of it readers are shown the address that was taken back, and nothing else. */
  readonly recall?: Record<string, unknown>;
}

/** An event of the feed. It is decoded when a reader first asks, so that a feed without readers costs next to nothing. */
export interface FeedEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the exchange accepted it, epoch ms. */
  readonly accepted: number;
  /** Bytes in Kafka. */
  readonly size: number;
  /** Undefined for what cannot be decoded: nobody sees it. */
  content(): FeedContent | undefined;
  /** What it makes of its thread. Costs next to nothing for what begins one. */
  change(): ThreadChange | undefined;
  /** `<agency>/<id>`; undefined once it was erased. */
  identity(): string | undefined;
  /** It was recalled: nobody sees it any more, and its bytes are no longer in memory. */
  erase(): void;
}

/** `codec` must have learnt the record's schema. `onPoison` is told once of a record that cannot be decoded. */
export function toFeedEvent(
  codec: Codec,
  kind: Kind,
  record: LogRecord,
  onPoison: (record: LogRecord, error: PoisonError) => void,
): FeedEvent {
  let content: FeedContent | undefined;
  let decoded = false;
  const { topic, partition, offset, timestamp: accepted } = record;
  const contentOf = (): FeedContent | undefined => {
    if (decoded) return content;
    decoded = true;
    try {
      content = decode(codec, kind, record);
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      onPoison(record, error);
    }
    return content;
  };
  const event = {
    topic,
    partition,
    offset,
    accepted,
    size: record.content.length,
    content: contentOf,
    change() {
      if (!isInThread(record) || kind.machine !== undefined) return undefined;
      const found = contentOf();
      return found && changeBy(found.head, () => found.recall ?? {}, { topic, offset, accepted });
    },
    identity: () => (event.size === 0 || record.key === null ? undefined : identityOf(record.key)),
    erase() {
      event.size = 0;
      decoded = true;
      content = undefined;
      // Its neighbours in the answer that it came with keep that answer in memory.
      record.content.fill(0);
    },
  };
  return event;
}

function decode(codec: Codec, kind: Kind, record: LogRecord): FeedContent {
  const { head } = eventIn(record);
  const data = codec.decode(kind, record.value);
  if (data instanceof Promise) throw new RangeError('the schema was not learnt before');
  return {
    head,
    facets: kind.facets(data),
    json: JSON.stringify(toCloudEvent(head, record.timestamp, data)),
    ...(head.recalls !== undefined && { recall: data }),
  };
}
