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
export function toFeedEvent(codec: Codec, kind: Kind, record: LogRecord, onPoison: OnPoison): FeedEvent {
  return new RecordEvent(codec, kind, record, onPoison);
}

type OnPoison = (record: LogRecord, error: PoisonError) => void;

/** A class, since ten thousand of them are in memory, and closures of its own would double what each takes. */
class RecordEvent implements FeedEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly accepted: number;
  size: number;
  readonly #codec: Codec;
  readonly #kind: Kind;
  readonly #record: LogRecord;
  readonly #onPoison: OnPoison;
  #content: FeedContent | undefined;
  #decoded = false;

  constructor(codec: Codec, kind: Kind, record: LogRecord, onPoison: OnPoison) {
    this.topic = record.topic;
    this.partition = record.partition;
    this.offset = record.offset;
    this.accepted = record.timestamp;
    this.size = record.content.length;
    this.#codec = codec;
    this.#kind = kind;
    this.#record = record;
    this.#onPoison = onPoison;
  }

  content(): FeedContent | undefined {
    if (this.#decoded) return this.#content;
    this.#decoded = true;
    try {
      this.#content = decode(this.#codec, this.#kind, this.#record);
    } catch (error) {
      if (!(error instanceof PoisonError)) throw error;
      this.#onPoison(this.#record, error);
    }
    return this.#content;
  }

  change(): ThreadChange | undefined {
    if (!isInThread(this.#record) || this.#kind.machine !== undefined) return undefined;
    const { topic, offset, accepted } = this;
    const found = this.content();
    return found && changeBy(found.head, () => found.recall ?? {}, { topic, offset, accepted });
  }

  identity(): string | undefined {
    const { key } = this.#record;
    return this.size === 0 || key === null ? undefined : identityOf(key);
  }

  erase(): void {
    this.size = 0;
    this.#decoded = true;
    this.#content = undefined;
    // Its neighbours in the answer that it came with keep that answer in memory.
    this.#record.content.fill(0);
  }
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
