import {
  handledBefore,
  type PlacedVersion,
  type Recalled,
  readThreadChange,
  type ThreadChange,
  type ThreadState,
  type ThreadStates,
} from '@puebla/schemas';
import pLimit from 'p-limit';
import { type FollowedTopic, followCompacted } from './compacted.ts';
import type { Kafka } from './kafka/client.ts';
import { KafkaError } from './kafka/errors.ts';
import { createOwnProducer } from './kafka/own-producer.ts';
import type { LogRecord } from './kafka/record.ts';
import { encodeRecord } from './kafka/record-batch.ts';
import type { Log } from './log.ts';

/**
 * What became of threads, an index of the lanes, which say it first. One lane. Each version has a record of its own, which says nothing of
 * the others: whoever writes it need not know them. A thread has one recall: the newest counts.
 */
export const threadsTopic = 'puebla.threads';

/** The states as a service has them in memory. */
export interface KnownThreads extends ThreadStates {
  /** Takes what was read in a lane, or in the topic; false where it, or something later, is known already. */
  take(change: ThreadChange): boolean;
  /** Of all threads that have a state, `<agency>/<id>`. */
  names(): Iterable<string>;
  /** What was taken back, by its address. */
  readonly recalled: ReadonlyMap<string, Recalled>;
  /** The same by the address that its recall names. */
  readonly recalledAs: ReadonlyMap<string, Recalled>;
}

/** A thread as far as it is known. */
interface Life {
  /** In the order of the lane. */
  readonly versions: PlacedVersion[];
  recall?: ThreadChange;
  state: ThreadState;
}

export function createKnownThreads(): KnownThreads {
  const lives = new Map<string, Life>();
  const recalled = new Map<string, Recalled>();
  const recalledAs = new Map<string, Recalled>();
  const knows = ({ name, offset, state }: ThreadChange): boolean => {
    const life = lives.get(name);
    if (state.recalled !== undefined) return (life?.recall?.offset ?? -1) >= offset;
    return life?.versions.findLast((version) => version.offset <= offset)?.offset === offset;
  };
  return {
    of: (name) => lives.get(name)?.state,
    take(change) {
      if (knows(change)) return false;
      const life = lives.get(change.name) ?? { versions: [], state: {} };
      lives.set(change.name, life);
      put(change, life);
      life.state = stateOf(life);
      const taken = life.state.recalled;
      if (taken !== undefined) {
        recalled.set(taken.of, taken);
        recalledAs.set(taken.named ?? taken.of, taken);
      }
      return true;
    },
    names: () => lives.keys(),
    recalled,
    recalledAs,
  };
}

function put(change: ThreadChange, life: Life): void {
  const { offset, state } = change;
  if (state.recalled !== undefined) life.recall = change;
  if (state.newest === undefined) return;
  const place = life.versions.findLastIndex((version) => version.offset < offset) + 1;
  life.versions.splice(place, 0, { ...state.newest, offset });
}

function stateOf({ versions, recall }: Life): ThreadState {
  const newest = versions.at(-1);
  const taken = recall?.state.recalled;
  return {
    ...(newest && { newest, versions }),
    ...(recall && taken && { recalled: { ...taken, before: handledBefore(versions, recall.offset) } }),
  };
}

export interface FollowedThreads extends KnownThreads, FollowedTopic {
  /**
   * Resolves once all of them are in the topic and known here. What is known may have been read in a lane alone, and would be forgotten with this
   * process. Rejects with KafkaError; to write them again is harmless.
   */
  write(changes: readonly ThreadChange[]): Promise<void>;
}

const sendTimeoutMs = 1_500;

/** Follows the states of threads; resolves once what is there now is known. Rejects with KafkaError. */
export async function followThreads(options: { kafka: Kafka; log: Log }): Promise<FollowedThreads> {
  const { kafka, log } = options;
  const known = createKnownThreads();
  /** The lane's offset of the last change that the topic has, by the key that it has there. */
  const written = new Map<string, number>();
  const isWritten = (change: ThreadChange): boolean => (written.get(keyOf(change)) ?? -1) >= change.offset;
  const learn = (change: ThreadChange): void => {
    if (!isWritten(change)) written.set(keyOf(change), change.offset);
    known.take(change);
  };
  const followed = await followCompacted({
    kafka,
    topic: threadsTopic,
    role: 'threads',
    log,
    onRecords(records) {
      for (const record of records) {
        const change = changeIn(record);
        if (change !== undefined) learn(change);
        else log.error({ offset: record.offset }, 'a record of the threads is none of their states');
      }
    },
  });
  const producer = createOwnProducer(kafka, 'threads', { sendTimeoutMs });
  /** A producer has one send under way. */
  const inTurn = pLimit(1);
  const writeMissing = async (changes: readonly ThreadChange[]): Promise<void> => {
    // An older recall would take the place of a newer one.
    const missing = changes.filter((change) => !isWritten(change));
    if (missing.length === 0) return;
    const outcomes = await producer.get().send(missing.map(recordOf));
    if (outcomes.some(({ state }) => state !== 'written')) {
      producer.close();
      throw new KafkaError('kafka-lost', 'what became of a thread has an open outcome');
    }
    for (const change of missing) learn(change);
  };
  return {
    ...known,
    ...followed,
    write: (changes) => inTurn(() => writeMissing(changes)),
    async close() {
      producer.close();
      await followed.close();
    },
  };
}

function recordOf(change: ThreadChange) {
  const value = Buffer.from(JSON.stringify(change));
  const content = encodeRecord(keyOf(change), value, [['content-type', 'application/json']]);
  return { topic: threadsTopic, partition: 0, content };
}

function keyOf({ name, offset, state }: ThreadChange): string {
  return `${name};${state.recalled === undefined ? offset : 'recalled'}`;
}

function changeIn({ key, value }: LogRecord): ThreadChange | undefined {
  if (key === null || value === null) return undefined;
  try {
    return readThreadChange(JSON.parse(value.toString('utf8')));
  } catch {
    return undefined;
  }
}
