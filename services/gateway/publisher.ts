import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import {
  copyOffsets,
  type EventRecord,
  identityOfRecord,
  type Kafka,
  type Log,
  type Metrics,
  type MutableOffsets,
  type Offsets,
  offsetOf,
  ProblemError,
  type Producer,
  ends as readEnds,
  readLane,
  type SendOutcome,
  setOffset,
  toResent,
} from '@puebla/kit';
import type { Kind } from '@puebla/schemas';
import type { Held, Identities, Kept } from './identities.ts';

export interface PublisherOptions {
  readonly kafka: Kafka;
  readonly producer: Producer;
  readonly identities: Identities<Pending>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits?: Partial<PublisherLimits>;
}

export interface PublisherLimits {
  /** Events waiting to be sent; beyond it publishers are told 429 before memory grows. */
  readonly maxQueuedEvents: number;
  readonly maxQueuedBytes: number;
  /** One request to the broker: its answer comes back in one piece, and a lane's part stays under the broker's limit. */
  readonly maxBatchEvents: number;
  readonly maxBatchBytes: number;
  /** A publisher is answered within this, whatever the broker does. */
  readonly answerWithinMs: number;
}

const defaults: PublisherLimits = {
  maxQueuedEvents: 20_000,
  maxQueuedBytes: 64 * 1024 * 1024,
  maxBatchEvents: 2_000,
  maxBatchBytes: 768 * 1024,
  answerWithinMs: 1_900,
};

/** How often waiting events are looked at for `answerWithinMs`. */
const sweepMs = 100;
const retryDelayMs = 250;
/** A batch costs the broker and its readers as much as many events do. */
const maxGatherMs = 3;

/** `again`: it was kept before this publisher asked. A callback, since a promise an event costs as much as its encoding. */
export type Done = (outcome: Kept | ProblemError, again: boolean) => void;

export interface Pending extends Held {
  readonly event: EventRecord;
  readonly kind: Kind;
  readonly bytes: number;
  /** Since when somebody waits for it, epoch ms. */
  since: number;
  /** Until it is kept, or given up. */
  open: boolean;
  /** Empty once those who waited were answered that the outcome is not known. */
  waiting: Done[];
  /** Whether a first attempt was made, and from where its record would be found. */
  sentFrom: number | undefined;
}

/**
 * Takes each identity to the log once and only once (design.md, life of an event, step 3). One batch is under way at a time;
 * what arrives meanwhile makes the next one, so a lone event never waits. An identity is pending until its
 * outcome is known, and a retry joins it. After an open outcome the lane is read from the end that was known before the
 * attempt: found, that is the answer; otherwise the event is sent again, marked, with a raised producer epoch.
 */
export interface Publisher {
  /**
   * Tells once what became of the event: where it is kept, or a ProblemError: unavailable (not kept), outcome-unknown, too-large.
   * Throws ProblemError (id-conflict, overloaded, unavailable) when it is not even tried.
   */
  publish(event: EventRecord, kind: Kind, done: Done): void;
  /** The ends of all lanes as far as this gateway knows them. */
  ends(): Offsets;
  /** Set once a lane was read back. */
  learnEnds(offsets: Offsets): void;
  /** How long the batch under way has been waiting for its outcome, ms; 0 when none is. */
  stalledMs(): number;
  close(): Promise<void>;
}

function isOpen({ open }: Pending): boolean {
  return open;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { kafka, producer, identities, log, metrics } = options;
  const limits = { ...defaults, ...options.limits };
  let queue: Pending[] = [];
  let queuedBytes = 0;
  let batch: readonly Pending[] = [];
  let batchSince = 0;
  let attempting = false;
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
    const { identity, digest } = item.event;
    const kept = { digest, kind: item.kind, offset, timestamp };
    identities.keep(identity, kept);
    item.open = false;
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

  const takeBatch = (): Pending[] => {
    let bytes = 0;
    let count = 0;
    while (count < queue.length && count < limits.maxBatchEvents) {
      bytes += queue[count]?.bytes ?? 0;
      if (count > 0 && bytes > limits.maxBatchBytes) break;
      count += 1;
    }
    const taken = queue.slice(0, count);
    queue = queue.slice(count);
    for (const item of taken) queuedBytes -= item.bytes;
    return taken;
  };

  const settle = (items: readonly Pending[], outcomes: readonly SendOutcome[]): void => {
    items.forEach((item, index) => {
      const outcome = outcomes[index];
      const { record } = item.event;
      if (outcome?.state === 'written') {
        setOffset(ends, record, Math.max(offsetOf(ends, record), outcome.offset + 1));
        keep(item, outcome.offset, outcome.timestamp);
      } else if (outcome?.state === 'refused') {
        giveUp(
          item,
          new ProblemError('too-large', { detail: `the broker refused it (${outcome.brokerCode})` }),
        );
      }
    });
  };

  /** Keeps what the lanes already hold of the events that were sent. */
  const lookUp = async (items: readonly Pending[]): Promise<void> => {
    const sent = items.filter(({ sentFrom }) => sentFrom !== undefined);
    if (sent.length === 0) return;
    const end = await readEnds(kafka, [...new Set(sent.map(({ event }) => event.record.topic))]);
    const byLane = Map.groupBy(sent, ({ event: { record } }) => `${record.topic} ${record.partition}`);
    for (const inLane of byLane.values()) {
      const [first] = inLane;
      if (first === undefined) continue;
      const { topic, partition } = first.event.record;
      const wanted = new Map(inLane.map((item) => [item.event.identity, item]));
      const from = Math.min(...inLane.map(({ sentFrom }) => sentFrom ?? 0));
      const to = offsetOf(end, { topic, partition });
      for await (const records of readLane(kafka, 'look-up', { topic, partition, from, to })) {
        for (const record of records) {
          const found = identityOfRecord(record);
          const item = found === undefined ? undefined : wanted.get(found.identity);
          if (item !== undefined && isOpen(item) && item.event.digest === found?.digest) {
            keep(item, record.offset, record.timestamp);
          }
        }
      }
      setOffset(ends, { topic, partition }, Math.max(offsetOf(ends, { topic, partition }), to));
    }
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
        await lookUp(batch);
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

  /** Waits as long as each turn of the event loop brings more events for the batch, and not for long. */
  const gathered = async (): Promise<void> => {
    const until = performance.now() + maxGatherMs;
    for (let before = 0; queue.length > before && performance.now() < until; ) {
      before = queue.length;
      await nextTurn();
    }
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await gathered();
      batch = takeBatch();
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
    const [oldest] = queue;
    if (oldest === undefined || oldest.since > late) return;
    // All that waits goes, not the oldest alone: a younger event of the same file or thread must not overtake it.
    const waiting = queue;
    queue = [];
    queuedBytes = 0;
    for (const item of waiting) giveUp(item, new ProblemError('unavailable', { retryAfterSeconds: 2 }));
  }, sweepMs);
  sweep.unref();

  return {
    publish(event, kind, done) {
      const { identity, digest } = event;
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
      const bytes = event.record.content.length + 512;
      const full = queue.length >= limits.maxQueuedEvents || queuedBytes + bytes > limits.maxQueuedBytes;
      if (full || !identities.hasRoom(1)) {
        throw new ProblemError('overloaded', { retryAfterSeconds: 1 });
      }
      const item: Pending = {
        digest,
        timestamp: undefined,
        event,
        kind,
        bytes,
        since: Date.now(),
        open: true,
        waiting: [done],
        sentFrom: undefined,
      };
      identities.hold(identity, item);
      queue.push(item);
      queuedBytes += bytes;
      wake();
    },
    ends: () => ends,
    learnEnds(offsets) {
      for (const [topic, lanes] of Object.entries(copyOffsets(offsets))) {
        lanes.forEach((offset, partition) => {
          const lane = { topic, partition };
          setOffset(ends, lane, Math.max(offsetOf(ends, lane), offset));
        });
      }
    },
    stalledMs: () => (batch.length === 0 ? 0 : Date.now() - batchSince),
    async close() {
      closing = true;
      await Promise.race([running, sleep(limits.answerWithinMs, undefined, { ref: false })]);
      clearInterval(sweep);
      for (const item of [...batch, ...queue]) answer(item, outcomeUnknown());
      producer.close();
    },
  };
}

function outcomeUnknown(): ProblemError {
  return new ProblemError('outcome-unknown', { retryAfterSeconds: 2, members: { outcome: 'unknown' } });
}
