import { setImmediate as nextTurn } from 'node:timers/promises';
import { copyOffsets, type LaneRef, type LogRecord, type Offsets } from '@puebla/kit';
import { type Batch, lanesBetween, type OpenBatch, openBatch } from './batch.ts';
import type { Erasure, Poison, Row } from './row.ts';

/**
 * Between the log and the database: while one batch is written, the next one is decoded and filled, no more than one.
 * A lone event is written at once; under load batches grow to the bound by themselves.
 */
export interface ApplyQueue {
  /** Resolves when the records are written or wait in the open batch; holds back while that one is full. */
  take(records: readonly LogRecord[], next: Offsets): Promise<void>;
  /** A lane goes on elsewhere, without records. */
  skip(lane: LaneRef, next: number): void;
  /** Rejects with the first failure, never resolves. After it nothing is taken or written any more. */
  readonly failed: Promise<never>;
  /** Drops what is not being written, and waits for what is. */
  close(): Promise<void>;
}

export interface ApplyQueueOptions {
  /** Where the lanes stand. */
  readonly from: Offsets;
  readonly toRow: (record: LogRecord) => Row | Poison | Erasure | Promise<Row | Poison>;
  /** Settles before the lane goes on behind the record. */
  readonly onPoison: (record: LogRecord, reason: string) => Promise<void>;
  /** Writes one batch; the next one is not begun before it resolves. */
  readonly write: (batch: Batch) => Promise<void>;
}

/** Some 1.1 MB: larger batches are not applied faster (measured). */
const maxBatchRows = 1_000;
const maxBatchBytes = 4_000_000;
/** Records decoded before others have their turn of the event loop: some 3 ms. */
const recordsATurn = 128;

export function openApplyQueue({ from, toRow, onPoison, write }: ApplyQueueOptions): ApplyQueue {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  let position = copyOffsets(from);
  let open = openBatch();
  let writing: Promise<void> | undefined;
  let stopped = false;

  const fail = (error: unknown): void => {
    stopped = true;
    failure.reject(error);
  };
  const start = (): void => {
    if (writing !== undefined || stopped || open.isEmpty()) return;
    const batch = open.close();
    open = openBatch();
    writing = write(batch)
      .catch(fail)
      .finally(() => {
        writing = undefined;
        start();
      });
  };
  const written = async (): Promise<void> => {
    while (!stopped && (writing !== undefined || !open.isEmpty())) {
      start();
      await writing;
    }
  };
  const add = async (row: Row): Promise<void> => {
    const added = open.add(row);
    if (added === 'taken' || added === 'same') return;
    await written();
    open.add(row);
  };
  const erase = async ({ erases, ...place }: Erasure): Promise<void> => {
    if (erases === undefined || open.erase({ erases, ...place })) return;
    await written();
    open.erase({ erases, ...place });
  };
  const full = (batch: OpenBatch): boolean => batch.size() >= maxBatchRows || batch.bytes() >= maxBatchBytes;

  const take = async (records: readonly LogRecord[], next: Offsets): Promise<void> => {
    for (const [index, record] of records.entries()) {
      const made = toRow(record);
      const row = made instanceof Promise ? await made : made;
      if ('poison' in row) await onPoison(record, row.poison);
      else if ('erases' in row) await erase(row);
      else await add(row);
      open.move(record, record.offset + 1);
      if ((index + 1) % recordsATurn !== 0 && !full(open)) continue;
      start();
      while (writing !== undefined && full(open)) await writing;
      await nextTurn();
      if (stopped) return;
    }
    for (const lane of lanesBetween(position, next)) open.move(lane, lane.next);
    position = copyOffsets(next);
    start();
  };

  return {
    failed: failure.promise,
    take: async (records, next) => {
      if (!stopped) await take(records, next).catch(fail);
    },
    skip(lane, next) {
      open.move(lane, next);
      start();
    },
    async close() {
      stopped = true;
      await writing;
    },
  };
}
