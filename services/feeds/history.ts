import {
  eachLane,
  type Kafka,
  type LaneRef,
  type LogRecord,
  type MutableOffsets,
  type Offsets,
  offsetOf,
  readOnce,
  setOffset,
  starts,
} from '@puebla/kit';
import type { FeedEvent } from './event.ts';
import type { Reading } from './reading.ts';

/** What history gives, in order: an event, or a lane whose asked-for beginning is no longer there. */
export type HistoryItem = { readonly type: 'event'; readonly event: FeedEvent } | { readonly type: 'gap' };

interface OpenLane extends LaneRef {
  readonly key: string;
  readonly target: number;
  /** Where the next fetch begins. */
  fetched: number;
  records: LogRecord[];
  /** Append times never go back within a lane here, whatever the broker's clock did: the order of a lane stands. */
  lastTimestamp: number;
}

/**
 * Reads from `position` to `target` from Kafka, all lanes side by side, older before newer across lanes, and moves `position`
 * with each piece, so that a cursor made from it after an item resumes exactly behind it. No database: the log
 * itself, by lane and offset. Rejects with KafkaError.
 */
export async function* readHistory(options: {
  kafka: Kafka;
  reading: Reading;
  /** Name of the connection for the next fetch: readers at the same time have one each. */
  role: () => string;
  position: MutableOffsets;
  target: Offsets;
}): AsyncGenerator<HistoryItem[]> {
  const { kafka, reading, role, position, target } = options;
  let open: OpenLane[] = eachLane(target)
    .map((lane) => ({
      ...lane,
      key: `${lane.topic} ${lane.partition}`,
      target: offsetOf(target, lane),
      fetched: offsetOf(position, lane),
      records: [],
      lastTimestamp: 0,
    }))
    .filter((lane) => lane.fetched < lane.target);

  while (open.length > 0) {
    const gaps = await refill(kafka, role(), open, position);
    if (gaps > 0) yield [{ type: 'gap' }];
    const horizon = Math.min(
      ...open.filter((lane) => lane.fetched < lane.target).map((lane) => lane.lastTimestamp),
    );
    const due = takeUntil(open, horizon);
    const items: HistoryItem[] = [];
    for (const record of due) {
      const read = reading.read(record);
      const event = read instanceof Promise ? await read : read;
      if (event !== undefined) items.push({ type: 'event', event });
    }
    if (items.length > 0) yield items;
    for (const lane of open) {
      if (lane.records.length === 0)
        setOffset(position, lane, Math.max(offsetOf(position, lane), lane.fetched));
    }
    open = open.filter((lane) => lane.records.length > 0 || lane.fetched < lane.target);
  }
}

/** Fetches for the lanes whose records have run out; returns how many had lost their beginning. */
async function refill(
  kafka: Kafka,
  role: string,
  open: readonly OpenLane[],
  position: MutableOffsets,
): Promise<number> {
  const empty = open.filter((lane) => lane.records.length === 0 && lane.fetched < lane.target);
  if (empty.length === 0) return 0;
  const byKey = new Map(empty.map((lane) => [lane.key, lane]));
  const answers = await readOnce(
    kafka,
    role,
    empty.map(({ topic, partition, fetched }) => ({ topic, partition, offset: fetched })),
  );
  const start = answers.some(({ outOfRange }) => outOfRange)
    ? await starts(kafka, [...new Set(empty.map(({ topic }) => topic))])
    : {};
  let gaps = 0;
  for (const answer of answers) {
    const lane = byKey.get(`${answer.topic} ${answer.partition}`);
    if (lane === undefined) continue;
    if (answer.outOfRange) {
      // Below the log's start: what was there is gone, and that is said.
      gaps += 1;
      lane.fetched = Math.min(Math.max(offsetOf(start, lane), lane.fetched), lane.target);
      setOffset(position, lane, lane.fetched);
      continue;
    }
    for (const record of answer.records) {
      if (record.offset >= lane.target) break;
      lane.records.push(record);
      lane.lastTimestamp = Math.max(lane.lastTimestamp, record.timestamp);
    }
    lane.fetched = Math.min(answer.next, lane.target);
  }
  return gaps;
}

/** Takes the records up to the horizon from all lanes, oldest first; the order within a lane stands. */
function takeUntil(open: readonly OpenLane[], horizon: number): LogRecord[] {
  const due: { record: LogRecord; time: number }[] = [];
  for (const lane of open) {
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
