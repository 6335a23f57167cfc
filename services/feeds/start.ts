import {
  type CursorCodec,
  copyOffsets,
  eachLane,
  type Kafka,
  type MutableOffsets,
  type Offsets,
  offsetOf,
  offsetsAt,
  ProblemError,
  setOffset,
} from '@puebla/kit';
import { parseInstant } from '@puebla/schemas';
import type { Feed } from './feed.ts';

/** Why a reader may have missed something; never lanes or offsets, which are for operators alone. */
export type GapReason = 'unreadable' | 'other-cluster' | 'beyond-end' | 'expired';

export interface Start {
  readonly position: MutableOffsets;
  /** Said before anything else, when the cursor cannot be continued exactly. */
  readonly gap: GapReason | undefined;
}

/**
 * Where a reader begins: behind the cursor, at `since`, or else at `otherwise`. A gap is said only when the cursor
 * cannot be decrypted, is of another cluster, or lies above the end of a lane (below the start shows itself when history is
 * read). Throws ProblemError bad-request, unavailable.
 *
 * @param ends everything up to here is in the feed
 */
export async function startOf(options: {
  feed: Feed;
  kafka: Kafka;
  cursors: CursorCodec;
  cursor: string | undefined;
  since: string | undefined;
  otherwise: 'now' | 'earliest';
  ends: Offsets;
}): Promise<Start> {
  const { feed, cursors, cursor, ends } = options;
  if (cursor === undefined) return { position: await withoutCursor(options), gap: undefined };
  const decoded = cursors.decode(cursor);
  if (decoded === undefined) return { position: await withoutCursor(options), gap: 'unreadable' };
  if (decoded.clusterId !== feed.clusterId) {
    return { position: await withoutCursor(options), gap: 'other-cluster' };
  }
  const position: MutableOffsets = {};
  let gap: GapReason | undefined;
  for (const lane of eachLane(ends)) {
    const asked = offsetOf(decoded.offsets, lane);
    const end = offsetOf(ends, lane);
    if (asked > end) gap = 'beyond-end';
    setOffset(position, lane, Math.min(asked, end));
  }
  return { position, gap };
}

async function withoutCursor(options: {
  feed: Feed;
  kafka: Kafka;
  since: string | undefined;
  otherwise: 'now' | 'earliest';
  ends: Offsets;
}): Promise<MutableOffsets> {
  const { feed, kafka, since, otherwise, ends } = options;
  const begin = since ?? otherwise;
  try {
    if (begin === 'now') return copyOffsets(ends);
    if (begin === 'earliest') return copyOffsets(await feed.starts());
    return copyOffsets(await offsetsAt(kafka, feed.topics, sinceMs(begin)));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
  }
}

function sinceMs(text: string): number {
  const instant = parseInstant(text);
  if (instant === undefined) {
    throw new ProblemError('bad-request', {
      violations: [
        {
          pointer: '/since',
          rule: 'since',
          message: 'an RFC 3339 date-time, or earliest',
          allowed: ['earliest'],
        },
      ],
    });
  }
  return instant;
}
