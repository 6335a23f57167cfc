import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import {
  type EventRecord,
  type Kafka,
  type LaneRef,
  type Log,
  type Metrics,
  type MutableOffsets,
  type Offsets,
  offsetOf,
  ProblemError,
  type Producer,
  type SendOutcome,
  setOffset,
  toResent,
} from '@puebla/kit';
import type { Identities, Kept } from './identities.ts';
import { lookUp } from './look-up.ts';
import { outcomeUnknown } from './outcome-unknown.ts';
import { type Done, isOpen, type Pending, pendingOf } from './pending.ts';
import { createSendQueue, type QueueLimits } from './send-queue.ts';

export interface PublisherOptions {
  readonly kafka: Kafka;
  readonly producer: Producer;
  readonly identities: Identities<Pending>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits?: Partial<PublisherLimits>;
  /** Whether this event (`<agency>/<id>`) was taken back. */
  readonly isRecalled: (identity: string) => boolean;
  /** Told of each event that is in the log. */
  readonly onKept: (event: EventRecord) => void;
}

export interface PublisherLimits extends QueueLimits {
  /** A publisher is answered within this, whatever the broker does. */
  readonly answerWithinMs: number;
}

/** Whoever publishes is answered within this, ms. */
export const answerWithinMs = 1_800;

const defaults: PublisherLimits = {
  maxQueuedEvents: 20_000,
  maxQueuedBytes: 64 * 1024 * 1024,
  maxBatchEvents: 2_000,
  maxBatchBytes: 768 * 1024,
  answerWithinMs,
};

/** How often waiting events are looked at for `answerWithinMs`. */
const sweepMs = 100;
const retryDelayMs = 250;
/** A batch costs the broker and its readers as much as many events do. */
const maxGatherMs = 2;

/**
 * Takes each identity to the log once and only once (design.md, life of an event, step 3). One batch is under way at a time;
 * what arrives meanwhile makes the next one, so a lone event never waits. An identity is pending until its
 * outcome is known, and a retry joins it. After an open outcome the lane is read from the end that was known before the
 * attempt: found, that is the answer; otherwise the event is sent again, marked, with a raised producer epoch.
 */
export interface Publisher {
  /**
   * Tells once what became of the event: where it is kept, or a ProblemError: unavailable (not kept), outcome-unknown, too-large.
   * Throws ProblemError (id-conflict, recalled, overloaded, unavailable) when it is not even tried.
   */
  publish(event: EventRecord, done: Done): void;
  /** Whether the event was kept, or is on its way: then `publish` says what became of it. */
  knows(event: Pick<EventRecord, 'identity'>): boolean;
  /** Whether it is on its way: it may be kept yet. */
  isSending(event: Pick<EventRecord, 'identity'>): boolean;
  /** The ends of all lanes as far as this gateway knows them. */
  ends(): Offsets;
  /** Set once a lane was read back. */
  learnEnds(offsets: Offsets): void;
  /** How long the batch under way has been waiting for its outcome, ms; 0 when none is. */
  stalledMs(): number;
  close(): Promise<void>;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { kafka, producer, identities, log, metrics, isRecalled, onKept } = options;
  const limits = { ...defaults, ...options.limits };
  const queue = createSendQueue(limits);
  let batch: readonly Pending[] = [];
  let batchSince = 0;
  let attempting = false;
  let lastWasLone = false;
  let running: Promise<void> | undefined;
  let closing = false;
  const ends: MutableOffsets = {};

  const answer = (item: Pending, outcome: Kept | ProblemError): void => {
    const { waiting } = item;
    item.waiting = [];
    for (const done of waiting) {
      try {
        done(outcome, false);
      } catch (error) {
        // One answer that cannot be given must not take the others with it.
        log.error({ err: error }, 'a publisher could not be answered');
      }
    }
  };
  const keep = (item: Pending, offset: number, timestamp: number): void => {
    const { identity, digest, record } = item.event;
    const kept = { digest, topic: record.topic, partition: record.partition, offset, timestamp };
    identities.keep(identity, kept);
    item.open = false;
    onKept(item.event);
    answer(item, kept);
  };
  /** A retry before the outcome of its first try is known. */
  const join = (item: Pending, done: Done): void => {
    if (item.waiting.length === 0) item.since = Date.now();
    item.waiting.push(done);
  };
  const giveUp = (item: Pending, problem: ProblemError): void => {
    identities.drop(item.event.identity);
    item.open = false;
    answer(item, problem);
  };

  const learnEnd = (lane: LaneRef, end: number): void => {
    setOffset(ends, lane, Math.max(offsetOf(ends, lane), end));
  };
  const settle = (items: readonly Pending[], outcomes: readonly SendOutcome[]): void => {
    items.forEach((item, index) => {
      const outcome = outcomes[index];
      if (outcome?.state === 'written') {
        learnEnd(item.event.record, outcome.offset + 1);
        keep(item, outcome.offset, outcome.timestamp);
      } else if (outcome?.state === 'refused') {
        giveUp(
          item,
          new ProblemError('too-large', { detail: `the broker refused it (${outcome.brokerCode})` }),
        );
      }
    });
  };

  const attempt = async (items: readonly Pending[]): Promise<void> => {
    const records = items.map((item) =>
      item.sentFrom === undefined ? item.event.record : toResent(item.event, item.sentFrom).record,
    );
    const before = items.map(({ event }) => offsetOf(ends, event.record));
    const started = performance.now();
    attempting = true;
    const outcomes = await producer.send(records).finally(() => {
      attempting = false;
    });
    metrics.produceSeconds.observe((performance.now() - started) / 1000);
    metrics.produceBatch.observe(records.length);
    items.forEach((item, index) => {
      if (outcomes[index]?.state === 'unknown') item.sentFrom ??= before[index] ?? 0;
    });
    settle(items, outcomes);
  };

  const sendBatch = async (): Promise<void> => {
    for (let round = 0; batch.length > 0; round += 1) {
      try {
        const readTo = await lookUp(kafka, batch, (item, { offset, timestamp }) =>
          keep(item, offset, timestamp),
        );
        for (const lane of readTo) learnEnd(lane, lane.offset);
        batch = batch.filter(isOpen);
        if (batch.length > 0) await attempt(batch);
      } catch (error) {
        log.warn({ err: error }, 'the lanes cannot be read now');
      }
      batch = batch.filter(isOpen);
      if (batch.length === 0) break;
      if (round === 0) {
        metrics.openOutcomes.inc();
        log.warn(
          { events: batch.length, err: producer.lastTrouble() },
          'a batch has an open outcome: looking into its lanes',
        );
      }
      if (closing) return;
      await sleep(retryDelayMs);
      batch = batch.filter(isOpen);
    }
  };

  /**
   * Waits as long as each turn of the event loop brings more events for the batch, and not for long. Not at all for an event that
   * comes alone after one that came alone: a lone publisher would pay for company that he does not have.
   */
  const gathered = async (): Promise<void> => {
    if (lastWasLone && queue.length === 1) return;
    const until = performance.now() + maxGatherMs;
    for (let before = 0; queue.length > before && performance.now() < until; ) {
      before = queue.length;
      await nextTurn();
    }
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await gathered();
      batch = queue.takeBatch();
      lastWasLone = batch.length === 1;
      batchSince = Date.now();
      await sendBatch();
      batch = [];
      metrics.identities.set(identities.size);
    }
  };
  const wake = (): void => {
    running ??= run()
      .catch((error: unknown) => log.error({ err: error }, 'publishing stopped'))
      .finally(() => {
        running = undefined;
        if (queue.length > 0) wake();
      });
  };

  const sweep = setInterval(() => {
    const late = Date.now() - limits.answerWithinMs;
    for (const item of batch) {
      if (item.waiting.length === 0 || item.since > late || !isOpen(item)) continue;
      if (item.sentFrom === undefined && !attempting) {
        giveUp(item, new ProblemError('unavailable', { retryAfterSeconds: 2 }));
      } else {
        answer(item, outcomeUnknown());
      }
    }
    if (queue.oldest === undefined || queue.oldest.since > late) return;
    // All that waits goes, not the oldest alone: a younger event of the same file or thread must not overtake it.
    for (const item of queue.takeAll())
      giveUp(item, new ProblemError('unavailable', { retryAfterSeconds: 2 }));
  }, sweepMs);
  sweep.unref();

  return {
    publish(event, done) {
      const { identity, digest } = event;
      // Its record is gone, and with it what would tell a late retry from a new event.
      if (isRecalled(identity)) throw new ProblemError('recalled');
      const known = identities.get(identity);
      if (known !== undefined) {
        if (known.digest !== digest) throw new ProblemError('id-conflict');
        if (known.timestamp === undefined) join(known, done);
        else done(known, true);
        return;
      }
      if (closing) throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
      if (batch.length > 0 && Date.now() - batchSince > limits.answerWithinMs) {
        throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
      }
      const item = pendingOf(event, done);
      if (!queue.hasRoom(item) || !identities.hasRoom(1)) {
        throw new ProblemError('overloaded', { retryAfterSeconds: 1 });
      }
      identities.hold(identity, item);
      queue.push(item);
      wake();
    },
    knows: ({ identity }) => identities.get(identity) !== undefined,
    isSending({ identity }) {
      const known = identities.get(identity);
      return known !== undefined && known.timestamp === undefined;
    },
    ends: () => ends,
    learnEnds(offsets) {
      for (const [topic, lanes] of Object.entries(offsets)) {
        lanes.forEach((offset, partition) => {
          learnEnd({ topic, partition }, offset);
        });
      }
    },
    stalledMs: () => (batch.length === 0 ? 0 : Date.now() - batchSince),
    async close() {
      closing = true;
      await Promise.race([running, sleep(limits.answerWithinMs, undefined, { ref: false })]);
      clearInterval(sweep);
      for (const item of [...batch, ...queue.takeAll()]) answer(item, outcomeUnknown());
      producer.close();
    },
  };
}
