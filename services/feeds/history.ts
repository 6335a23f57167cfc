import {
  eachLane,
  type FetchedLane,
  type Kafka,
  KafkaError,
  type LanePosition,
  type LaneRef,
  laneKey,
  type MutableOffsets,
  type Offsets,
  offsetOf,
  setOffset,
  starts,
} from '@puebla/kit';
import type { FeedEvent } from './event.ts';
import { type MergeLane, takeDue } from './merge.ts';
import type { Reading } from './reading.ts';

/** What history gives, in order: an event, or a lane whose asked-for beginning is no longer there. */
export type HistoryItem = { readonly type: 'event'; readonly event: FeedEvent } | { readonly type: 'gap' };

interface OpenLane extends LaneRef, MergeLane {
  readonly key: string;
  readonly target: number;
  /** Where the next fetch begins. */
  fetched: number;
}

/**
 * Reads from `position` to `target` from Kafka, all lanes side by side, older before newer across lanes, and moves `position`
 * with each piece, so that a cursor made from it after an item resumes exactly behind it. No database: the log
 * itself, by lane and offset. Rejects with KafkaError, RegistryUnavailableError.
 */
export async function* readHistory(options: {
  kafka: Kafka;
  reading: Reading;
  /** One look into the log. */
  fetch: (lanes: readonly LanePosition[]) => Promise<readonly FetchedLane[]>;
  position: MutableOffsets;
  target: Offsets;
}): AsyncGenerator<HistoryItem[]> {
  const { kafka, reading, fetch, position, target } = options;
  let open = eachLane(target)
    .map((lane) => openLane(lane, offsetOf(position, lane), offsetOf(target, lane)))
    .filter((lane) => lane.hasMore);

  while (open.length > 0) {
    const gaps = await refill(kafka, fetch, open, position);
    if (gaps > 0) yield [{ type: 'gap' }];
    const items: HistoryItem[] = [];
    for (const record of takeDue(open)) {
      const read = reading.read(record);
      const event = read instanceof Promise ? await read : read;
      if (event !== undefined) items.push({ type: 'event', event });
    }
    if (items.length > 0) yield items;
    for (const lane of open) {
      if (lane.records.length === 0)
        setOffset(position, lane, Math.max(offsetOf(position, lane), lane.fetched));
    }
    open = open.filter((lane) => lane.records.length > 0 || lane.hasMore);
  }
}

function openLane(lane: LaneRef, from: number, target: number): OpenLane {
  return {
    ...lane,
    key: laneKey(lane),
    target,
    fetched: from,
    records: [],
    newest: 0,
    get hasMore() {
      return this.fetched < this.target;
    },
  };
}

/** Fetches for the lanes whose records have run out; returns how many had lost their beginning. */
async function refill(
  kafka: Kafka,
  fetch: (lanes: readonly LanePosition[]) => Promise<readonly FetchedLane[]>,
  open: readonly OpenLane[],
  position: MutableOffsets,
): Promise<number> {
  const empty = open.filter((lane) => lane.records.length === 0 && lane.hasMore);
  if (empty.length === 0) return 0;
  const byKey = new Map(empty.map((lane) => [lane.key, lane]));
  const answers = await fetch(
    empty.map(({ topic, partition, fetched }) => ({ topic, partition, offset: fetched })),
  );
  const start = answers.some(({ outOfRange }) => outOfRange)
    ? await starts(kafka, [...new Set(empty.map(({ topic }) => topic))])
    : {};
  let gaps = 0;
  for (const answer of answers) {
    const lane = byKey.get(laneKey(answer));
    if (lane === undefined) continue;
    if (answer.outOfRange) {
      // Below the log's start what was there is gone; above its end, after a broker lost its log, all of it. That is said.
      gaps += 1;
      const first = offsetOf(start, lane);
      lane.fetched = first > lane.fetched ? Math.min(first, lane.target) : lane.target;
      setOffset(position, lane, lane.fetched);
      continue;
    }
    // The feed, which is further, has yet to see that the log was lost: there is nothing to wait for.
    if (answer.end < lane.target && answer.next <= lane.fetched)
      throw new KafkaError('kafka-refused', `the log of ${lane.key} ends before what was read of it`);
    for (const record of answer.records) {
      if (record.offset >= lane.target) break;
      lane.records.push(record);
      lane.newest = Math.max(lane.newest, record.timestamp);
    }
    lane.fetched = Math.min(answer.next, lane.target);
  }
  return gaps;
}
