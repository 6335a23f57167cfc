import { readThreadChange, type ThreadChange, type ThreadStates } from '@puebla/schemas';
import pLimit from 'p-limit';
import { type FollowedTopic, followCompacted } from './compacted.ts';
import type { Kafka } from './kafka/client.ts';
import { KafkaError } from './kafka/errors.ts';
import { createOwnProducer } from './kafka/own-producer.ts';
import type { LogRecord } from './kafka/record.ts';
import { encodeRecord } from './kafka/record-batch.ts';
import type { Log } from './log.ts';

/**
 * What became of threads, an index of the lanes, which say it first. One lane. The newest of a key counts; a recall has a key of its own,
 * so that no version takes its place.
 */
export const threadsTopic = 'puebla.threads';

/** The states as a service has them in memory. */
export interface KnownThreads extends ThreadStates {
  /** Takes what was read in a lane, or in the topic; false where it, or something later, is known already. */
  take(change: ThreadChange): boolean;
  knows(change: ThreadChange): boolean;
  all(): Iterable<ThreadChange>;
}

export function createKnownThreads(): KnownThreads {
  const changes = new Map<string, ThreadChange>();
  const knows = ({ name, offset, state }: ThreadChange): boolean => {
    const known = changes.get(name);
    if (known === undefined) return false;
    const wasRecalled = known.state.recalled !== undefined;
    const isRecall = state.recalled !== undefined;
    // What was taken back stays so: a version that was sent with the recall may stand behind it in the lane.
    return wasRecalled === isRecall ? known.offset >= offset : wasRecalled;
  };
  return {
    of: (name) => changes.get(name)?.state,
    knows,
    take(change) {
      if (knows(change)) return false;
      changes.set(change.name, change);
      return true;
    },
    all: () => changes.values(),
  };
}

export interface FollowedThreads extends KnownThreads, FollowedTopic {
  /** Resolves once those that are not known yet are in the topic and known here. Rejects with KafkaError; to write them again is harmless. */
  write(changes: readonly ThreadChange[]): Promise<void>;
}

const sendTimeoutMs = 1_500;

/** Follows the states of threads; resolves once what is there now is known. Rejects with KafkaError. */
export async function followThreads(options: { kafka: Kafka; log: Log }): Promise<FollowedThreads> {
  const { kafka, log } = options;
  const known = createKnownThreads();
  const followed = await followCompacted({
    kafka,
    topic: threadsTopic,
    role: 'threads',
    log,
    onRecords(records) {
      for (const record of records) {
        const change = changeIn(record);
        if (change !== undefined) known.take(change);
        else log.error({ offset: record.offset }, 'a record of the threads is none of their states');
      }
    },
  });
  const producer = createOwnProducer(kafka, 'threads', { sendTimeoutMs });
  /** A producer has one send under way. */
  const inTurn = pLimit(1);
  const send = async (changes: readonly ThreadChange[]): Promise<void> => {
    const outcomes = await producer.get().send(changes.map(recordOf));
    if (outcomes.every(({ state }) => state === 'written')) return;
    producer.close();
    throw new KafkaError('kafka-lost', 'what became of a thread has an open outcome');
  };
  return {
    ...known,
    ...followed,
    async write(changes) {
      // An older one would take the place of a newer one.
      const unknown = changes.filter((change) => !known.knows(change));
      if (unknown.length === 0) return;
      await inTurn(() => send(unknown));
      for (const change of unknown) known.take(change);
    },
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

function keyOf({ name, state }: ThreadChange): string {
  return state.recalled === undefined ? name : `${name};recalled`;
}

function changeIn({ key, value }: LogRecord): ThreadChange | undefined {
  if (key === null || value === null) return undefined;
  try {
    const change = readThreadChange(JSON.parse(value.toString('utf8')));
    return change !== undefined && keyOf(change) === key ? change : undefined;
  } catch {
    return undefined;
  }
}
