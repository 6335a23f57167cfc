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
import type { Feed } from './feed.ts';
import type { Since } from './query.ts';

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
 * read). Throws ProblemError unavailable.
 *
 * @param ends everything up to here is in the feed
 */
export async function startOf(options: {
  feed: Feed;
  kafka: Kafka;
  cursors: CursorCodec;
  cursor: string | undefined;
  since: Since | undefined;
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
  since: Since | undefined;
  otherwise: 'now' | 'earliest';
  ends: Offsets;
}): Promise<MutableOffsets> {
  const { feed, kafka, since, otherwise, ends } = options;
  const begin = since ?? otherwise;
  if (begin === 'now') return copyOffsets(ends);
  let found: Offsets;
  try {
    found = begin === 'earliest' ? await feed.starts() : await offsetsAt(kafka, feed.topics, begin);
  } catch {
    throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
  }
  const position = copyOffsets(found);
  // Where nothing is that young the answer is the lane's end, which may by now lie behind an event accepted meanwhile.
  for (const lane of eachLane(ends)) {
    setOffset(position, lane, Math.min(offsetOf(position, lane), offsetOf(ends, lane)));
  }
  return position;
}
