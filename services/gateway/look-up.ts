import {
  ends,
  identityOfRecord,
  type Kafka,
  type LanePosition,
  type LogRecord,
  laneKey,
  offsetOf,
  readLane,
} from '@puebla/kit';
import { isOpen, type Pending } from './pending.ts';

/**
 * Looks for events whose outcome is open in their lanes, from the ends that were known before they were sent, and tells of
 * each that is there. Gives how far each lane was read. Throws KafkaError.
 */
export async function lookUp(
  kafka: Kafka,
  items: readonly Pending[],
  onFound: (item: Pending, record: LogRecord) => void,
): Promise<LanePosition[]> {
  const sent = items.filter(({ sentFrom }) => sentFrom !== undefined);
  if (sent.length === 0) return [];
  const end = await ends(kafka, [...new Set(sent.map(({ event }) => event.record.topic))]);
  const byLane = Map.groupBy(sent, ({ event }) => laneKey(event.record));
  const readTo: LanePosition[] = [];
  for (const inLane of byLane.values()) {
    const [first] = inLane;
    if (first === undefined) continue;
    const { topic, partition } = first.event.record;
    const wanted = new Map(inLane.map((item) => [item.event.identity, item]));
    const from = Math.min(...inLane.map(({ sentFrom }) => sentFrom ?? 0));
    const to = offsetOf(end, { topic, partition });
    for await (const records of readLane(kafka, 'look-up', { topic, partition, from, to })) {
      for (const record of records) {
        const found = identityOfRecord(record);
        const item = found === undefined ? undefined : wanted.get(found.identity);
        if (item !== undefined && isOpen(item) && item.digest === found?.digest) onFound(item, record);
      }
    }
    readTo.push({ topic, partition, offset: to });
  }
  return readTo;
}
