import { type LaneRef, type MutableOffsets, type Offsets, offsetOf, setOffset } from '@puebla/kit';
import type { Erasure, Row } from './row.ts';

/** A tombstone of an event. */
export type EventErasure = Erasure & { readonly erases: string };

/** What one transaction writes: rows and erasures, each identity once, and how far each of the lanes that moved has been read. */
export interface Batch {
  readonly rows: readonly Row[];
  readonly erased: readonly EventErasure[];
  readonly moved: readonly (LaneRef & { readonly next: number })[];
}

/**
 * A batch while it is filled. Without getters: V8 makes a hidden class of its own for each literal that has one, which holds the getter, and
 * with it all rows, until the next full collection.
 */
export interface OpenBatch {
  /**
   * `taken`, or `same`: the batch has this identity with this digest, a twin (`resent`) or a late retry, and the first
   * one stays. `other-body`: it has it with another digest; the later one wins, in the next batch, since one statement
   * cannot touch a row twice, and since the outcome must not depend on where batches happen to end. `erased`: the batch takes
   * it away, and this comes after; in the next batch too.
   */
  add(row: Row): 'taken' | 'same' | 'other-body' | 'erased';
  /** Takes an event away, out of this batch too. False: the batch has it from another lane, and must be written first. */
  erase(erasure: EventErasure): boolean;
  /** The lane has been read to here. */
  move(lane: LaneRef, next: number): void;
  /** Rows and erasures. */
  size(): number;
  bytes(): number;
  isEmpty(): boolean;
  close(): Batch;
}

export function openBatch(): OpenBatch {
  const rows = new Map<string, Row>();
  /** By identity; of two tombstones of one lane the later. */
  const erased = new Map<string, EventErasure>();
  const moved: MutableOffsets = {};
  let bytes = 0;
  let untouched = true;
  return {
    add(row) {
      const identity = `${row.head.agency}/${row.head.id}`;
      if (erased.size > 0 && erased.has(identity)) return 'erased';
      const present = rows.get(identity);
      if (present !== undefined) return present.digest === row.digest ? 'same' : 'other-body';
      rows.set(identity, row);
      bytes += row.record.content.length;
      return 'taken';
    },
    erase(erasure) {
      const row = rows.get(erasure.erases);
      const earlier = erased.get(erasure.erases);
      const isElsewhere = [row, earlier].some((one) => one !== undefined && !isSameLane(one, erasure));
      if (isElsewhere) return false;
      if (row !== undefined) {
        rows.delete(erasure.erases);
        bytes -= row.record.content.length;
      }
      erased.set(erasure.erases, erasure);
      return true;
    },
    move(lane, next) {
      setOffset(moved, lane, next);
      untouched = false;
    },
    size: () => rows.size + erased.size,
    bytes: () => bytes,
    isEmpty: () => untouched,
    close: () => ({ rows: [...rows.values()], erased: [...erased.values()], moved: movedLanes(moved) }),
  };
}

function isSameLane(a: LaneRef, b: LaneRef): boolean {
  return a.topic === b.topic && a.partition === b.partition;
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
