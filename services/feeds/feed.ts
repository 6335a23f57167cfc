import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Codec,
  copyOffsets,
  type Follower,
  type FollowOptions,
  follow,
  type Kafka,
  KafkaError,
  type KnownThreads,
  type LanePosition,
  type Log,
  type LogRecord,
  type Metrics,
  type MutableOffsets,
  type Offsets,
  ProblemError,
  RegistryUnavailableError,
  reached,
  ends as readEnds,
  starts as readStarts,
  setOffset,
  setOffsets,
  tellLanes,
} from '@puebla/kit';
import { createErasures } from './erasures.ts';
import type { FeedEvent } from './event.ts';
import { followLetters } from './letters.ts';
import { createReading, type Reading } from './reading.ts';
import { createRing, type Ring } from './ring.ts';

/** A reader that waits for the tail waits no longer: then the feeds are behind, and say so. */
const behindAfterMs = 2_000;
const retryDelayMs = 250;
/** Adds half of itself to what a subscriber waits for an event, and halves what a busy feed costs. */
const pauseMs = 2;
const defaultRingBytes = 64 * 1024 * 1024;

/** Every lane, tailed once for all readers. */
export interface Feed {
  readonly clusterId: string;
  readonly topics: readonly string[];
  readonly ring: Ring;
  readonly reading: Reading;
  /** Behind the last event that listeners were given. */
  position(): Offsets;
  /**
   * Waits until everything accepted before this call is in the feed, and gives the ends it waited for. Rejects with
   * ProblemError unavailable when that takes too long.
   */
  caughtUp(): Promise<Offsets>;
  /** The first offsets that the log still has. */
  starts(): Promise<Offsets>;
  lastAnswer(): number;
  close(): Promise<void>;
}

export async function startFeed(options: {
  kafka: Kafka;
  codec: Codec;
  topics: readonly string[];
  log: Log;
  metrics: Metrics;
  /** Told what the tail makes of threads, before anybody is shown it. */
  threads: KnownThreads;
  /** Takes each event as it comes, with the position behind it. */
  onEvent: (event: FeedEvent, position: Offsets) => void;
  /** Called after the events that came together. */
  onPiece: (position: Offsets) => void;
  /** The broker has lost its log, or has another: where these lanes go on, and what was told of them lies nowhere. */
  onLost: (lanes: readonly LanePosition[]) => void;
  ringBytes?: number;
}): Promise<Feed> {
  const { kafka, codec, topics, log, metrics, threads, onEvent, onPiece, onLost } = options;
  const { ringBytes = defaultRingBytes } = options;
  const { clusterId } = await kafka.layout(topics);
  const letters = await followLetters({ kafka, log, metrics });
  const begin = await readEnds(kafka, topics);
  const closing = new AbortController();
  const { signal } = closing;
  const reading = createReading({
    kafka,
    codec,
    role: 'feeds-twins',
    passOver: letters.places,
    log,
    metrics,
  });
  const ring = createRing(ringBytes, begin);
  const erasures = createErasures();
  const position: MutableOffsets = copyOffsets(begin);
  const waiting = new Set<{ target: Offsets; resolve: () => void }>();

  const pass = (record: LogRecord, event: FeedEvent | undefined): void => {
    setOffset(position, record, record.offset + 1);
    if (event === undefined) {
      erasures.take(record);
      return;
    }
    const change = event.change();
    if (change !== undefined) threads.take(change);
    ring.push(event);
    onEvent(event, position);
  };
  /** Tries until the record can be told from its lane: skipping it would lose an event. */
  const passLater = async (record: LogRecord, reads: Promise<FeedEvent | undefined>): Promise<void> => {
    for (let read: ReturnType<Reading['read']> = reads; ; read = reading.read(record)) {
      try {
        pass(record, await read);
        return;
      } catch (error) {
        const mayPass = error instanceof KafkaError || error instanceof RegistryUnavailableError;
        if (signal.aborted || !mayPass) throw error;
        log.warn({ err: error }, 'a record cannot be read now');
        await sleep(retryDelayMs, undefined, { signal });
      }
    }
  };
  const onRecords = async (records: readonly LogRecord[], next: Offsets): Promise<void> => {
    for (const record of records) {
      // No await where none is needed: a tick for each of 50,000 events a second would cost more than the event.
      const read = reading.read(record);
      if (read instanceof Promise) {
        // It may take as long as the registry is away; what came before it does not wait.
        onPiece(position);
        await passLater(record, read);
      } else {
        pass(record, read);
      }
    }
    if (erasures.some) ring.erase(erasures.settle());
    setOffsets(position, next);
    onPiece(position);
    for (const waiter of waiting) if (reached(position, waiter.target)) waiter.resolve();
  };
  let lost: LanePosition[] = [];
  const onGap: FollowOptions['onGap'] = (gap) => {
    log.error(gap, 'a lane is not where it was: the broker has lost its log');
    setOffset(position, gap, gap.to);
    ring.restart(position);
    // The others are told of at once: all of them go into one place.
    if (lost.push({ ...gap, offset: gap.to }) > 1) return;
    queueMicrotask(() => {
      onLost(lost);
      lost = [];
    });
  };
  const follower: Follower = follow(kafka, {
    topics,
    from: begin,
    role: 'feeds',
    pauseMs,
    onRecords,
    onGap,
    onTrouble: (error) => log.warn({ err: error }, 'the lanes cannot be followed now'),
  });
  follower.done.catch((error: unknown) => {
    if (!signal.aborted) log.error({ err: error }, 'following the lanes stopped');
  });

  metrics.onScrape(() => tellLanes(metrics, 'feeds', { positions: position, ends: follower.ends() }));

  const waitFor = (target: Offsets): Promise<void> => {
    if (reached(position, target)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => finish(new ProblemError('unavailable', { retryAfterSeconds: 2 })),
        behindAfterMs,
      );
      const waiter = { target, resolve: () => finish() };
      const finish = (problem?: ProblemError): void => {
        clearTimeout(timer);
        waiting.delete(waiter);
        if (problem === undefined) resolve();
        else reject(problem);
      };
      waiting.add(waiter);
    });
  };
  /** Readers that come in one turn of the event loop share one question to the broker. */
  let asking: Promise<Offsets> | undefined;
  const askEnds = (): Promise<Offsets> => {
    asking ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        asking = undefined;
        readEnds(kafka, topics).then(resolve, (cause: unknown) => {
          log.warn({ err: cause }, 'the ends of the lanes cannot be had now');
          reject(new ProblemError('unavailable', { retryAfterSeconds: 2 }));
        });
      });
    });
    return asking;
  };

  return {
    clusterId,
    topics,
    ring,
    reading,
    position: () => position,
    async caughtUp() {
      const target = await askEnds();
      await waitFor(target);
      return target;
    },
    starts: () => readStarts(kafka, topics),
    lastAnswer: () => follower.lastAnswer(),
    async close() {
      closing.abort();
      await Promise.all([follower.close(), letters.close()]);
    },
  };
}
