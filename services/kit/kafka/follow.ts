import { setTimeout as sleep } from 'node:timers/promises';
import { byLeader, type Kafka } from './client.ts';
import { KafkaError } from './errors.ts';
import { createFetchSession, type FetchedLane } from './fetch.ts';
import { starts } from './list-offsets.ts';
import { copyOffsets, type MutableOffsets, type Offsets, offsetOf, setOffset } from './offsets.ts';
import type { LogRecord } from './record.ts';

export interface FollowOptions {
  readonly topics: readonly string[];
  /** Where to begin; a lane that is not listed begins at its start. */
  readonly from: Offsets;
  /** Name of the connection; one follower each. */
  readonly role: string;
  /**
   * Takes the next records (none when a lane moved without any), in offset order within each lane, with the positions
   * behind them. The next fetch goes out
   * meanwhile, its records wait for the returned promise: at most two answers are in memory.
   */
  readonly onRecords: (records: readonly LogRecord[], next: Offsets) => Promise<void> | void;
  /** A lane's position lies outside its log: where it stood, and where it goes on. */
  readonly onGap?: (gap: { topic: string; partition: number; from: number; to: number }) => void;
  /** Told of each failed fetch (the broker gone, say) before the next try. */
  readonly onTrouble?: (error: unknown) => void;
  readonly maxWaitMs?: number;
  readonly maxBytes?: number;
  /**
   * After an answer with records the next question waits this long, so that events that come one by one are taken in
   * pieces: each question costs the broker and us as much as many records do.
   */
  readonly pauseMs?: number;
}

export interface Follower {
  /** Behind the last records that `onRecords` has finished with. */
  positions(): Offsets;
  /** Ends of the lanes as the last answers told them. */
  ends(): Offsets;
  /** When a fetch was last answered, epoch ms: health comes from progress. */
  lastAnswer(): number;
  /** Settles when the follower has stopped; rejects when `onRecords` threw, which stops it. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

const retryDelayMs = 200;

/** Follows every lane of the topics by offset, without a consumer group. One loop a broker; it survives any fault. */
export function follow(kafka: Kafka, options: FollowOptions): Follower {
  const { topics, role, onRecords, onGap, onTrouble, pauseMs = 0 } = options;
  const { maxWaitMs = 500, maxBytes = 8 * 1024 * 1024 } = options;
  const limits = { maxWaitMs, maxBytes, laneMaxBytes: 4 * 1024 * 1024 };
  const stop = new AbortController();
  /** What has been fetched; `applied` is what `onRecords` is done with. */
  const fetched = copyOffsets(options.from);
  const applied: MutableOffsets = copyOffsets(options.from);
  const end: MutableOffsets = {};
  let lastAnswer = 0;
  let applying: Promise<void> = Promise.resolve();
  const sessions = new Map<string, ReturnType<typeof createFetchSession>>();

  const apply = (lanes: readonly FetchedLane[]): void => {
    const records = lanes.flatMap((lane) => lane.records);
    applying = applying.then(async () => {
      const next = copyOffsets(applied);
      for (const lane of lanes) setOffset(next, lane, lane.next);
      // Without records too: a lane may move over what compaction has taken.
      if (lanes.length > 0) await onRecords(records, next);
      for (const lane of lanes) setOffset(applied, lane, lane.next);
    });
    // Told by the next round, which may be in a long poll just now.
    applying.catch(() => {});
  };

  const settleGaps = async (lanes: readonly FetchedLane[]): Promise<void> => {
    const lost = lanes.filter((lane) => lane.outOfRange);
    if (lost.length === 0) return;
    const start = await starts(kafka, topics);
    for (const lane of lost) {
      const from = offsetOf(fetched, lane);
      const to = offsetOf(start, lane);
      onGap?.({ topic: lane.topic, partition: lane.partition, from, to });
      setOffset(fetched, lane, to);
      setOffset(applied, lane, to);
    }
  };

  const round = async (): Promise<void> => {
    const layout = await kafka.layout(topics);
    const lanes = topics.flatMap((topic) =>
      (layout.topics.get(topic)?.leaders ?? []).map((_, partition) => ({
        topic,
        partition,
        offset: offsetOf(fetched, { topic, partition }),
      })),
    );
    const groups = [...byLeader(layout, lanes, (lane) => lane).values()];
    const answers = await Promise.all(
      groups.map(({ address, items }) => {
        const key = `${address.host}:${address.port}`;
        let session = sessions.get(key);
        if (session === undefined) {
          session = createFetchSession(kafka, role, address);
          sessions.set(key, session);
        }
        return session.fetch(layout, items, limits);
      }),
    );
    lastAnswer = Date.now();
    const news = answers.flat();
    for (const lane of news) {
      if (lane.outOfRange) continue;
      setOffset(end, lane, lane.end);
      setOffset(fetched, lane, lane.next);
    }
    await applying;
    apply(news.filter((lane) => !lane.outOfRange));
    await settleGaps(news);
    if (pauseMs > 0 && news.length > 0) {
      await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await round();
      } catch (error) {
        if (stop.signal.aborted) break;
        if (!(error instanceof KafkaError)) throw error;
        onTrouble?.(error);
        kafka.forgetLayout();
        sessions.clear();
        await sleep(retryDelayMs, undefined, { signal: stop.signal }).catch(() => {});
      }
    }
    await applying;
  };
  const done = run();
  done.catch(() => {});

  return {
    positions: () => applied,
    ends: () => end,
    lastAnswer: () => lastAnswer,
    done,
    async close() {
      stop.abort();
      kafka.drop(role);
      await done.catch(() => {});
    },
  };
}
