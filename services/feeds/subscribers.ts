import type { ServerResponse } from 'node:http';
import {
  type CurrentDirectory,
  type CursorCodec,
  copyOffsets,
  type Metrics,
  type MutableOffsets,
  type Offsets,
  setOffset,
} from '@puebla/kit';
import type { ThreadStates } from '@puebla/schemas';
import { maxBufferedBytes } from './backpressure.ts';
import type { Deliveries } from './deliveries.ts';
import type { FeedEvent } from './event.ts';
import { type Shown, shownOf, type Wanted } from './shown.ts';

/** Tens of megabytes may come together, and each group writes a copy of its own: who does not take this much leaves in the middle. */
const maxWaitingChars = 1024 * 1024;

export interface Subscriber {
  readonly res: ServerResponse;
  /** Called when it has fallen behind, with the position behind what was written to it. */
  readonly onBehind: (position: MutableOffsets) => void;
  quiet: boolean;
}

/** Subscribers with the same filter and the same reader: one decision and one encoding serves them all. */
interface Group {
  readonly wanted: Wanted;
  readonly members: Set<Subscriber>;
  frames: string[];
  /** Of the frames that wait. */
  chars: number;
}

export interface Subscribers {
  /**
   * Joins the live feed at `position`, with everything before it written; returns how to leave it. Leaving writes what
   * waits first, so that everything before the position given then has been written.
   */
  join(subscriber: Subscriber, key: string, wanted: Wanted, position: Offsets): (position: Offsets) => void;
  /** An event of the live feed. Written by the next `flush`, or before where much has come. */
  take(event: FeedEvent, position: Offsets): void;
  /** Writes what was taken, one write a subscriber. */
  flush(position: Offsets): void;
  /** A sign of life to all: a comment, and with `cursor` a position for those who got nothing since the last one. */
  beat(position: Offsets, cursor: boolean): void;
}

export function frameOf(cursor: string, shown: Shown): string {
  // JSON.stringify leaves no CR or LF in `json`, and a cursor is base64url: nothing can be injected here (CWE-93).
  if (shown.type === 'event') return `id: ${cursor}\ndata: ${shown.content.json}\n\n`;
  return `event: withdrawn\nid: ${cursor}\ndata: ${JSON.stringify({ address: shown.address })}\n\n`;
}

export function cursorFrame(cursor: string): string {
  return `event: cursor\nid: ${cursor}\ndata: {"cursor":"${cursor}"}\n\n`;
}

export function createSubscribers(options: {
  clusterId: string;
  cursors: CursorCodec;
  directory: CurrentDirectory;
  threads: ThreadStates;
  deliveries: Deliveries;
  metrics: Metrics;
}): Subscribers {
  const { clusterId, cursors, directory, threads, deliveries, metrics } = options;
  const groups = new Map<string, Group>();

  const write = (subscriber: Subscriber, bytes: Buffer, position: Offsets): void => {
    subscriber.res.write(bytes);
    if (subscriber.res.writableLength > maxBufferedBytes) subscriber.onBehind(copyOffsets(position));
  };

  /**
   * Writes what waits for a group. Whoever joins or leaves between `take` and `flush` (the feed may be waiting for a
   * schema or a twin) would get twice, or miss, what was taken before.
   */
  const settle = (group: Group, position: Offsets): void => {
    if (group.frames.length === 0) return;
    const bytes = Buffer.from(group.frames.join(''));
    group.frames = [];
    group.chars = 0;
    for (const subscriber of [...group.members]) {
      subscriber.quiet = false;
      write(subscriber, bytes, position);
    }
  };

  /** Its members catch up by themselves from before the event, and are told there that it cannot be shown now. */
  const holdBack = (group: Group, event: FeedEvent, position: Offsets): void => {
    const before = copyOffsets(position);
    setOffset(before, event, event.offset);
    settle(group, before);
    for (const subscriber of [...group.members]) subscriber.onBehind(copyOffsets(before));
  };

  return {
    join(subscriber, key, wanted, position) {
      let group = groups.get(key);
      if (group === undefined) {
        group = { wanted, members: new Set(), frames: [], chars: 0 };
        groups.set(key, group);
      }
      const joined = group;
      settle(joined, position);
      joined.members.add(subscriber);
      return (leftAt) => {
        if (!joined.members.has(subscriber)) return;
        settle(joined, leftAt);
        joined.members.delete(subscriber);
        if (joined.members.size === 0 && groups.get(key) === joined) groups.delete(key);
      };
    },
    take(event, position) {
      /** One encoding of the event, and one of its withdrawal, serve everybody. */
      const frames = new Map<Shown['type'], string>();
      const now = { directory: directory.current(), threads };
      for (const group of groups.values()) {
        const shown = shownOf(event, group.wanted, now);
        if (shown === undefined) continue;
        if (shown.type === 'event' && !deliveries.tell(group.wanted.reader, shown.content.head)) {
          holdBack(group, event, position);
          continue;
        }
        let frame = frames.get(shown.type);
        if (frame === undefined) {
          frame = frameOf(cursors.encode({ clusterId, offsets: position }), shown);
          frames.set(shown.type, frame);
        }
        group.frames.push(frame);
        group.chars += frame.length;
        if (group.chars > maxWaitingChars) settle(group, position);
      }
      if (frames.size > 0) metrics.endToEndSeconds.observe(Math.max(0, Date.now() - event.accepted) / 1000);
    },
    flush(position) {
      for (const group of groups.values()) settle(group, position);
    },
    beat(position, withCursor) {
      const comment = Buffer.from(':\n\n');
      let cursor: Buffer | undefined;
      for (const group of groups.values()) {
        // A cursor behind events that are not written yet would lose them.
        settle(group, position);
        for (const subscriber of [...group.members]) {
          if (withCursor && subscriber.quiet) {
            cursor ??= Buffer.from(cursorFrame(cursors.encode({ clusterId, offsets: position })));
            write(subscriber, cursor, position);
          } else {
            write(subscriber, comment, position);
          }
          if (withCursor) subscriber.quiet = true;
        }
      }
    },
  };
}
