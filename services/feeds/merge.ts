import type { LogRecord } from '@puebla/kit';

/** A lane that is being read, as far as merging it with others asks. */
export interface MergeLane {
  /** Read and not taken yet, in the lane's order. */
  records: LogRecord[];
  /** The newest append time that was read, whatever the broker's clock did since: the order of a lane stands. */
  newest: number;
  /** Whether more is to be read. */
  readonly hasMore: boolean;
}

/**
 * Takes what can be put in order now: older before newer across lanes, each lane in its own order. What is newer than the
 * newest of a lane that is still being read stays, since that lane may have something older. When each lane that
 * has more holds some, at least one is emptied.
 */
export function takeDue(lanes: readonly MergeLane[]): LogRecord[] {
  const horizon = Math.min(...lanes.filter(({ hasMore }) => hasMore).map(({ newest }) => newest));
  const due: { record: LogRecord; time: number }[] = [];
  for (const lane of lanes) {
    let time = 0;
    let count = 0;
    for (const record of lane.records) {
      time = Math.max(time, record.timestamp);
      if (time > horizon) break;
      due.push({ record, time });
      count += 1;
    }
    lane.records = count === lane.records.length ? [] : lane.records.slice(count);
  }
  // Sorting is stable: records of one lane with one time keep their order.
  return due.sort((a, b) => a.time - b.time).map(({ record }) => record);
}
