import { byLeader, type Kafka } from './client.ts';
import { type FetchedLane, fetchLanes, type LanePosition } from './fetch.ts';
import type { LaneRef } from './offsets.ts';
import type { LogRecord } from './record.ts';

/** Of 200 lanes side by side no more than a few MB come at once. */
const manyLanes = { maxWaitMs: 0, maxBytes: 8 * 1024 * 1024, laneMaxBytes: 64 * 1024 };
const oneLane = { maxWaitMs: 0, maxBytes: 2 * 1024 * 1024, laneMaxBytes: 1024 * 1024 };

/**
 * One look into the log at the given positions, without waiting for what is not there yet. Lanes without news may be
 * missing from the answer. `role` names the connection: history has connections of its own, since a call behind a
 * long poll waits for it. Throws KafkaError.
 */
export async function readOnce(
  kafka: Kafka,
  role: string,
  lanes: readonly LanePosition[],
): Promise<FetchedLane[]> {
  const layout = await kafka.layout([...new Set(lanes.map(({ topic }) => topic))]);
  try {
    const answers = await Promise.all(
      [...byLeader(layout, lanes, (lane) => lane).values()].map(({ address, items }) =>
        fetchLanes(kafka, role, address, layout, items, items.length > 4 ? manyLanes : oneLane),
      ),
    );
    return answers.flat();
  } catch (error) {
    kafka.forgetLayout();
    throw error;
  }
}

/** The records of one lane from `from` (inclusive) to `to` (exclusive), in bounded pieces. Throws KafkaError. */
export async function* readLane(
  kafka: Kafka,
  role: string,
  { topic, partition, from, to }: LaneRef & { from: number; to: number },
): AsyncGenerator<readonly LogRecord[]> {
  let offset = from;
  while (offset < to) {
    const [lane] = await readOnce(kafka, role, [{ topic, partition, offset }]);
    if (lane === undefined || lane.outOfRange || lane.next <= offset) return;
    const records = lane.records.filter((record) => record.offset < to);
    if (records.length > 0) yield records;
    offset = lane.next;
  }
}
