import { type LaneRef, type MutableOffsets, type Offsets, offsetOf, setOffset } from '@puebla/kit';
import type { Row } from './row.ts';

/** What one transaction writes: rows, each identity once, and how far each of the lanes that moved has been read. */
export interface Batch {
  readonly rows: readonly Row[];
  readonly moved: readonly (LaneRef & { readonly next: number })[];
}

/** A batch while it is filled. */
export interface OpenBatch {
  /**
   * `taken`, or `same`: the batch has this identity with this digest, a twin (`resent`) or a late retry, and the first
   * one stays. `other-body`: it has it with another digest; the later one wins, in the next batch, since one statement
   * cannot touch a row twice, and since the outcome must not depend on where batches happen to end.
   */
  add(row: Row): 'taken' | 'same' | 'other-body';
  /** The lane has been read to here. */
  move(lane: LaneRef, next: number): void;
  readonly rows: number;
  readonly bytes: number;
  readonly empty: boolean;
  close(): Batch;
}

export function openBatch(): OpenBatch {
  const rows = new Map<string, Row>();
  const moved: MutableOffsets = {};
  let bytes = 0;
  let untouched = true;
  return {
    add(row) {
      const identity = `${row.head.agency}/${row.head.id}`;
      const present = rows.get(identity);
      if (present !== undefined) return present.digest === row.digest ? 'same' : 'other-body';
      rows.set(identity, row);
      bytes += row.record.content.length;
      return 'taken';
    },
    move(lane, next) {
      setOffset(moved, lane, next);
      untouched = false;
    },
    get rows() {
      return rows.size;
    },
    get bytes() {
      return bytes;
    },
    get empty() {
      return untouched;
    },
    close: () => ({ rows: [...rows.values()], moved: movedLanes(moved) }),
  };
}

/** Lanes that stand beyond their start. */
function movedLanes(offsets: Offsets): Batch['moved'] {
  return Object.entries(offsets).flatMap(([topic, lanes]) =>
    lanes.flatMap((next, partition) => (next > 0 ? [{ topic, partition, next }] : [])),
  );
}

/** Every lane whose position differs between the two. */
export function lanesBetween(before: Offsets, after: Offsets): Batch['moved'] {
  return movedLanes(after).filter((lane) => offsetOf(before, lane) !== lane.next);
}
