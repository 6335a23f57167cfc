import {
  copyOffsets,
  type FetchedLane,
  type Kafka,
  KafkaError,
  type LanePosition,
  type MutableOffsets,
  offsetOf,
  ProblemError,
  RegistryUnavailableError,
  readOnce,
  setOffset,
  setOffsets,
} from '@puebla/kit';
import pLimit from 'p-limit';
import type { FeedEvent } from './event.ts';
import type { Feed } from './feed.ts';
import { readHistory } from './history.ts';

/** Where a reader's events go. */
export interface Sink {
  /** Takes an event, with the position behind it. False ends the reading. */
  event(event: FeedEvent, position: MutableOffsets): boolean;
  /** Something that the reader asked for is no longer in the log. */
  gap(position: MutableOffsets): void;
  /** Whether as much waits for the reader as may: then `ready` is asked before the next event. */
  full(): boolean;
  /** Resolves in a later turn, when more can be taken; false when the reader has gone or is too slow. */
  ready(position: MutableOffsets): Promise<boolean>;
  /**
   * Called in the same turn of the event loop in which the position is that of the feed, so that what comes next can be
   * taken from the live feed with nothing between.
   */
  live(position: MutableOffsets): void;
}

/** Fetches of history at the same time, each on a connection of its own. */
const maxFetches = 4;
/** Readers of history at the same time; each holds a few MB. */
const maxReaders = 64;
/** Events taken from memory before others get a turn. */
const ringPiece = 500;

export interface CatchUp {
  /** Brings a reader from `position` to the live feed. Rejects with ProblemError unavailable. */
  run(position: MutableOffsets, sink: Sink): Promise<void>;
}

export function createCatchUp(feed: Feed, kafka: Kafka): CatchUp {
  const limit = pLimit(maxFetches);
  const freeRoles = Array.from({ length: maxFetches }, (_, index) => `history-${index}`);
  let readers = 0;

  /** When one of the connections is free. */
  const fetch = (lanes: readonly LanePosition[]): Promise<readonly FetchedLane[]> =>
    limit(async () => {
      const role = freeRoles.pop() ?? 'history';
      try {
        return await readOnce(kafka, role, lanes);
      } finally {
        freeRoles.push(role);
      }
    });

  /** From Kafka up to where the feed was when this began. False when the reader has ended. */
  const fromLog = async (position: MutableOffsets, sink: Sink): Promise<boolean> => {
    if (readers >= maxReaders) throw new ProblemError('unavailable', { retryAfterSeconds: 5 });
    readers += 1;
    const target = copyOffsets(feed.position());
    const history = readHistory({ kafka, reading: feed.reading, fetch, position, target });
    try {
      for await (const piece of history) {
        for (const item of piece) {
          if (item.type === 'gap') {
            sink.gap(position);
            continue;
          }
          setOffset(position, item.event, item.event.offset + 1);
          if (!sink.event(item.event, position)) return false;
          if (sink.full() && !(await sink.ready(position))) return false;
        }
        if (!(await sink.ready(position))) return false;
      }
      return true;
    } catch (error) {
      if (error instanceof KafkaError || error instanceof RegistryUnavailableError)
        throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
      throw error;
    } finally {
      readers -= 1;
    }
  };

  /** From memory; true when the reader has ended or is live, false when the ring no longer covers it. */
  const fromRing = async (position: MutableOffsets, sink: Sink): Promise<boolean> => {
    const { ring } = feed;
    let sequence = ring.first;
    for (;;) {
      const pieceEnd = Math.min(sequence + ringPiece, ring.next);
      while (sequence < pieceEnd && !sink.full()) {
        const event = ring.at(sequence);
        sequence += 1;
        if (event === undefined || event.offset < offsetOf(position, event)) continue;
        setOffset(position, event, event.offset + 1);
        if (!sink.event(event, position)) return true;
      }
      if (sequence >= ring.next) {
        setOffsets(position, feed.position());
        sink.live(position);
        return true;
      }
      if (!(await sink.ready(position))) return true;
      if (sequence < ring.first) return false;
    }
  };

  return {
    async run(position, sink) {
      const { restarts } = feed.ring;
      for (;;) {
        if (feed.ring.covers(position)) {
          if (await fromRing(position, sink)) return;
        } else if (!(await fromLog(position, sink))) {
          return;
        }
        // The log is another than the one that it was reading.
        if (feed.ring.restarts !== restarts) throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
      }
    },
  };
}
