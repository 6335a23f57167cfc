import {
  type Codec,
  headOf,
  identityOf,
  type LogRecord,
  PoisonError,
  RegistryUnavailableError,
} from '@puebla/kit';
import { type EventHead, idPattern, kindOf } from '@puebla/schemas';

/** One event as the view keeps it: a row of `library.events`. */
export interface Row {
  readonly head: EventHead;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch ms of the append in the broker. */
  readonly accepted: number;
  readonly digest: string;
  /** As it came: its content is what is kept, made into what readers get when it is read. */
  readonly record: LogRecord;
}

/** A record that is not an event of the exchange, whoever looks at it and however often. */
export interface Poison {
  readonly poison: string;
}

/** Agency ids are the participant's code, a hyphen, a short name (rules.md); the bound keeps keys indexable. */
const agencyPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

/**
 * What a record of the log is in the view. At once when the schema of its writer is known already.
 *
 * @throws RegistryUnavailableError when the writer's schema cannot be had now: the lane must wait
 */
export function toRow(codec: Codec, record: LogRecord): Row | Poison | Promise<Row | Poison> {
  try {
    const { key, headers } = record;
    const head = headOf({ headers });
    const kind = kindOf(head.kind);
    const digest = headers['digest'];
    if (kind === undefined || kind.topic !== record.topic) return { poison: 'kind' };
    if (digest === undefined || digest === '') return { poison: 'digest' };
    if (!agencyPattern.test(head.agency) || !idPattern.test(head.id)) return { poison: 'identity' };
    if (key === null || identityOf(key) !== `${head.agency}/${head.id}`) return { poison: 'key' };
    if (hasNul(head)) return { poison: 'attribute' };
    const data = codec.decode(kind, record.value);
    const row = build(head, record, digest);
    return data instanceof Promise ? data.then(() => row, toPoison) : row;
  } catch (error) {
    return toPoison(error);
  }
}

function build(head: EventHead, record: LogRecord, digest: string): Row {
  return {
    head,
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    accepted: record.timestamp,
    digest,
    record,
  };
}

function toPoison(error: unknown): Poison {
  if (error instanceof PoisonError) return { poison: error.reason };
  throw error instanceof Error ? error : new RegistryUnavailableError(String(error));
}

/** PostgreSQL has no NUL in text. */
function hasNul(head: EventHead): boolean {
  return [head.thread, head.readers, head.participant, head.tlp].some(
    (text) => text?.includes('\0') === true,
  );
}
