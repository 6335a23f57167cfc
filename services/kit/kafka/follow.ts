import { setTimeout as sleep } from 'node:timers/promises';
import { byLeader, type ClusterLayout, type Kafka } from './client.ts';
import { KafkaError } from './errors.ts';
import { createFetchSession, type FetchedLane, type FetchSession, type MovingLane } from './fetch.ts';
import { starts } from './list-offsets.ts';
import { copyOffsets, laneKey, type MutableOffsets, type Offsets, offsetOf, setOffset } from './offsets.ts';
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
  /** A lane's position lies outside its log, or the topic is another of the same name: where it stood, and where it goes on. */
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

interface Broker {
  readonly lanes: readonly MovingLane[];
  readonly session: FetchSession;
}

const retryDelayMs = 200;

/** Follows every lane of the topics by offset, without a consumer group. One loop a broker; it survives any fault. */
export function follow(kafka: Kafka, options: FollowOptions): Follower {
  const { topics, role, onRecords, onGap, onTrouble, pauseMs = 0 } = options;
  const { maxWaitMs = 500, maxBytes = 8 * 1024 * 1024 } = options;
  const limits = { maxWaitMs, maxBytes, laneMaxBytes: 4 * 1024 * 1024 };
  const stop = new AbortController();
  /** What `onRecords` is done with. Where the fetches stand is in `brokers`. */
  const applied: MutableOffsets = copyOffsets(options.from);
  const end: MutableOffsets = {};
  /** The lanes by the broker that leads them, made anew when the layout is another. */
  let brokers: Broker[] = [];
  let madeFor: ClusterLayout | undefined;
  let lastAnswer = 0;
  let applying: Promise<void> = Promise.resolve();

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

  /** Ids of the topics that are followed. */
  const ids = new Map<string, string>();

  /** A topic that was deleted and made anew has offsets of its own, among which a place of the old one may seem to lie. */
  const leaveOldTopics = async (layout: ClusterLayout): Promise<void> => {
    const isOld = ({ topic }: MovingLane): boolean =>
      ids.has(topic) && ids.get(topic) !== layout.topics.get(topic)?.id;
    const old = brokers.flatMap(({ lanes }) => lanes.filter(isOld));
    if (old.length > 0) await applying;
    for (const lane of old) {
      const { topic, partition, offset: from } = lane;
      lane.offset = 0;
      setOffset(applied, lane, 0);
      setOffset(end, lane, 0);
      if (from > 0) onGap?.({ topic, partition, from, to: 0 });
    }
    for (const topic of topics) ids.set(topic, layout.topics.get(topic)?.id ?? '');
  };

  const arrange = async (): Promise<ClusterLayout> => {
    const layout = await kafka.layout(topics);
    await leaveOldTopics(layout);
    const standing = new Map(
      brokers.flatMap(({ lanes }) => lanes.map((lane) => [laneKey(lane), lane.offset])),
    );
    const lanes = topics.flatMap((topic) =>
      (layout.topics.get(topic)?.leaders ?? []).map((_, partition) => {
        const lane = { topic, partition };
        return { ...lane, offset: standing.get(laneKey(lane)) ?? offsetOf(options.from, lane) };
      }),
    );
    brokers = [...byLeader(layout, lanes, (lane) => lane).values()].map(({ address, items }) => ({
      lanes: items,
      session: createFetchSession(kafka, role, address, layout, items),
    }));
    madeFor = layout;
    return layout;
  };

  const settleGaps = async (news: readonly FetchedLane[], lanes: readonly MovingLane[]): Promise<void> => {
    const lost = new Set(news.filter((lane) => lane.outOfRange).map(laneKey));
    if (lost.size === 0) return;
    const start = await starts(kafka, topics);
    for (const lane of lanes.filter((one) => lost.has(laneKey(one)))) {
      const { topic, partition, offset: from } = lane;
      lane.offset = offsetOf(start, lane);
      setOffset(applied, lane, lane.offset);
      onGap?.({ topic, partition, from, to: lane.offset });
    }
  };

  const round = async ({ lanes, session }: Broker): Promise<void> => {
    const news = await session.fetch(limits);
    lastAnswer = Date.now();
    const sound = news.filter((lane) => !lane.outOfRange);
    const moved = new Map(sound.map((lane) => [laneKey(lane), lane]));
    for (const lane of lanes) {
      const fetched = moved.size === 0 ? undefined : moved.get(laneKey(lane));
      if (fetched !== undefined) lane.offset = fetched.next;
    }
    for (const lane of sound) setOffset(end, lane, lane.end);
    await applying;
    apply(sound);
    await settleGaps(news, lanes);
    if (pauseMs > 0 && news.length > 0) {
      await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  };

  /** One loop a broker, so that the long poll of a quiet one holds back nobody. All end when one fails. */
  const followBrokers = async (): Promise<void> => {
    const layout = await arrange();
    const loops = brokers.map(async (broker) => {
      try {
        while (!stop.signal.aborted && madeFor === layout) await round(broker);
      } catch (error) {
        madeFor = undefined;
        throw error;
      }
    });
    for (const loop of await Promise.allSettled(loops)) if (loop.status === 'rejected') throw loop.reason;
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        await followBrokers();
      } catch (error) {
        if (stop.signal.aborted) break;
        if (!(error instanceof KafkaError)) throw error;
        onTrouble?.(error);
        kafka.forgetLayout();
        madeFor = undefined;
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
