import type { LogRecord } from '@puebla/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MergeLane, takeDue } from './merge.ts';

function recordAt(partition: number, offset: number, timestamp: number): LogRecord {
  return {
    topic: 'puebla.alert',
    partition,
    offset,
    timestamp,
    key: null,
    value: null,
    headers: {},
    content: Buffer.alloc(0),
  };
}

/** A lane as history reads it: in pieces, the next when the last has been taken. */
interface SlowLane extends MergeLane {
  readonly records: LogRecord[];
  rest: LogRecord[];
}

function laneOf(records: readonly LogRecord[]): SlowLane {
  return {
    records: [],
    newest: 0,
    rest: [...records],
    get hasMore() {
      return this.rest.length > 0;
    },
  };
}

/** Reads all lanes to their ends as history does; a piece may bring nothing for a lane, and a round for all but one. */
function mergeAll(lanes: SlowLane[], pieceSizes: readonly number[]): LogRecord[] {
  const taken: LogRecord[] = [];
  let step = 0;
  while (lanes.some((lane) => lane.hasMore || lane.records.length > 0)) {
    const empty = lanes.filter((lane) => lane.hasMore && lane.records.length === 0);
    empty.forEach((lane, index) => {
      const asked = pieceSizes[step++ % pieceSizes.length] ?? 0;
      // The broker fills an answer from its first lane on: that one always gets something.
      const piece = lane.rest.splice(0, index === 0 ? Math.max(1, asked) : asked);
      lane.records.push(...piece);
      for (const { timestamp } of piece) lane.newest = Math.max(lane.newest, timestamp);
    });
    taken.push(...takeDue(lanes));
  }
  return taken;
}

const times = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 }), {
  minLength: 1,
  maxLength: 6,
});
const pieces = fc.array(fc.nat(5), { minLength: 1, maxLength: 10 });
const lanesFrom = (all: readonly (readonly number[])[]) =>
  all.map((lane, partition) => lane.map((time, offset) => recordAt(partition, offset, time)));
const steady = times.map((all) => all.map((lane) => [...lane].sort((a, b) => a - b)));

test('gives older before newer across lanes, however the lanes are cut into pieces', () => {
  fc.assert(
    fc.property(steady, pieces, (all, pieceSizes) => {
      const lanes = lanesFrom(all);
      const merged = mergeAll(lanes.map(laneOf), pieceSizes);
      expect(merged.map(({ timestamp }) => timestamp)).toEqual(all.flat().sort((a, b) => a - b));
      expect(new Set(merged)).toEqual(new Set(lanes.flat()));
    }),
    { numRuns: 500 },
  );
});

test('keeps the order of each lane, everything once, also where the clock went back', () => {
  fc.assert(
    fc.property(times, pieces, (all, pieceSizes) => {
      const lanes = lanesFrom(all);
      const merged = mergeAll(lanes.map(laneOf), pieceSizes);
      expect(merged).toHaveLength(all.flat().length);
      lanes.forEach((records, partition) => {
        expect(merged.filter((record) => record.partition === partition)).toEqual(records);
      });
    }),
    { numRuns: 500 },
  );
});

test('a lane whose clock went back holds up no other', () => {
  const back = laneOf([recordAt(0, 0, 50), recordAt(0, 1, 10), recordAt(0, 2, 51)]);
  const other = laneOf([recordAt(1, 0, 20), recordAt(1, 1, 60)]);
  const merged = mergeAll([back, other], [5]);
  expect(merged.map(({ partition, offset }) => [partition, offset])).toEqual([
    [1, 0],
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 1],
  ]);
});

test('gives nothing while a lane has brought nothing yet', () => {
  const silent = laneOf([recordAt(0, 0, 5)]);
  const other = laneOf([]);
  other.records.push(recordAt(1, 0, 3));
  expect(takeDue([silent, other])).toEqual([]);
  expect(other.records).toHaveLength(1);
});
