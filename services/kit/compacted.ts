import type { Kafka } from './kafka/client.ts';
import { KafkaError } from './kafka/errors.ts';
import { follow } from './kafka/follow.ts';
import { ends, starts } from './kafka/list-offsets.ts';
import { type Offsets, reached } from './kafka/offsets.ts';
import type { LogRecord } from './kafka/record.ts';
import type { Log } from './log.ts';

/** A compacted topic of one lane that is held in memory: of several records with one key the newest counts. */
export interface FollowedTopic {
  /** Resolves once all that was written before this call has been taken. Rejects with KafkaError, also when that takes too long. */
  caughtUp(): Promise<void>;
  /** When the broker was last heard of, epoch ms. */
  lastAnswer(): number;
  close(): Promise<void>;
}

/** What was written is read back within this, or the broker is not there. */
const withinMs = 2_000;

/**
 * Follows a compacted topic from its start; resolves once what is there now has been taken. Rejects with KafkaError.
 *
 * @param onRecords takes records in their order
 */
export async function followCompacted(options: {
  kafka: Kafka;
  topic: string;
  /** Name of the connection. */
  role: string;
  log: Log;
  onRecords: (records: readonly LogRecord[]) => void;
}): Promise<FollowedTopic> {
  const { kafka, topic, role, log, onRecords } = options;
  const waiting = new Set<{ readonly target: Offsets; resolve(): void }>();
  let position = await starts(kafka, [topic]);
  const follower = follow(kafka, {
    topics: [topic],
    from: position,
    role,
    onRecords(records, next) {
      onRecords(records);
      position = next;
      for (const waiter of waiting) if (reached(position, waiter.target)) waiter.resolve();
    },
    onGap: (gap) => log.error(gap, 'a compacted topic is not where it was: the broker has lost its log'),
    onTrouble: (error) => log.warn({ err: error, topic }, 'a compacted topic cannot be followed now'),
  });
  follower.done.catch((error: unknown) => log.error({ err: error, topic }, 'following a topic stopped'));
  const reach = async (bound?: Promise<never>): Promise<void> => {
    const target = await ends(kafka, [topic]);
    if (reached(position, target)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { target, resolve };
    waiting.add(waiter);
    const first = bound === undefined ? [promise, follower.done] : [promise, follower.done, bound];
    await Promise.race(first).finally(() => waiting.delete(waiter));
  };
  await reach();
  return {
    async caughtUp() {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => late.reject(new KafkaError('kafka-lost', `${topic} was not read within ${withinMs} ms`)),
        withinMs,
      );
      // The bound holds for the question where the end is too: a rejection that nobody waits for ends the process.
      await Promise.race([reach(late.promise), late.promise]).finally(() => clearTimeout(timer));
    },
    lastAnswer: () => follower.lastAnswer(),
    close: () => follower.close(),
  };
}
