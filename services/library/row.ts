import {
  type Codec,
  eventIn,
  identityErasedBy,
  isTombstone,
  type LogRecord,
  PoisonError,
  RegistryUnavailableError,
} from '@puebla/kit';
import {
  changeBy,
  type EventHead,
  type Facets,
  identityOfAddress,
  type Kind,
  type ThreadChange,
} from '@puebla/schemas';

/** One event as the view keeps it: a row of `library.events`. */
export interface Row {
  readonly head: EventHead;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch ms of the append in the broker. */
  readonly accepted: number;
  readonly digest: string;
  /** What it makes of its thread. */
  readonly change?: ThreadChange;
  /** Of an answer: `<agency>/<id>` of the event that it names. */
  readonly answers?: string;
  /** What it says, where that is one of a list. */
  readonly answer?: string;
  /** What it is found and counted by. */
  readonly facets: Facets;
  /** As it came: its content is what is kept, made into what readers get when it is read. */
  readonly record: LogRecord;
}

/** A record that is not an event of the exchange, whoever looks at it and however often. */
export interface Poison {
  readonly poison: string;
}

/** A tombstone: what stands before it in its lane leaves the view. */
export interface Erasure {
  /** `<agency>/<id>`; undefined: nobody's, such as a marker's. */
  readonly erases: string | undefined;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch ms of the append in the broker. */
  readonly time: number;
}

/**
 * What a record of the log is in the view. At once when the schema of its writer is known already.
 *
 * @throws RegistryUnavailableError when the writer's schema cannot be had now: the lane must wait
 */
export function toRow(codec: Codec, record: LogRecord): Row | Poison | Erasure | Promise<Row | Poison> {
  if (isTombstone(record)) return toErasure(record);
  try {
    const { head, kind, digest } = eventIn(record);
    const data = codec.decode(kind, record.value);
    const row = (decoded: Record<string, unknown>): Row =>
      build(head, decoded, record, digest, { ...answerIn(kind, decoded), facets: kind.facets(decoded) });
    return data instanceof Promise ? data.then(row, toPoison) : row(data);
  } catch (error) {
    return toPoison(error);
  }
}

function build(
  head: EventHead,
  data: Record<string, unknown>,
  record: LogRecord,
  digest: string,
  said: Pick<Row, 'answers' | 'answer' | 'facets'>,
): Row {
  const { topic, offset, timestamp: accepted } = record;
  const change =
    head.thread === undefined ? undefined : changeBy(head, () => data, { topic, offset, accepted });
  return {
    head,
    ...(change && { change }),
    topic,
    partition: record.partition,
    offset,
    accepted,
    digest,
    ...said,
    record,
  };
}

function toErasure(record: LogRecord): Erasure {
  const { topic, partition, offset, timestamp: time } = record;
  return { erases: identityErasedBy(record), topic, partition, offset, time };
}

function answerIn(kind: Kind, data: Record<string, unknown>): Pick<Row, 'answers' | 'answer'> {
  const named = kind.answer && kind.refersTo?.(data);
  const identity = named && identityOfAddress(named.address);
  if (identity === undefined) return {};
  const answers = `${identity.agency}/${identity.id}`;
  const { answer } = data;
  return typeof answer === 'string' ? { answers, answer } : { answers };
}

function toPoison(error: unknown): Poison {
  if (error instanceof PoisonError) return { poison: error.reason };
  throw error instanceof Error ? error : new RegistryUnavailableError(String(error));
}
