import {
  ends,
  identityOfRecord,
  type Kafka,
  type LanePosition,
  type LogRecord,
  laneKey,
  type Offsets,
  offsetOf,
  offsetsAt,
  readOnce,
} from '@puebla/kit';
import { type Identities, rememberedMs } from './identities.ts';

/**
 * Reads the identities of the last 24 hours back from every lane, all lanes side by side, and tells of each lane as
 * soon as it is whole: only then may the gateway take events for it. Returns the ends it read to. Throws KafkaError; what
 * was read by then stays, so that it can simply be called again.
 */
export async function readBack(options: {
  kafka: Kafka;
  topics: readonly string[];
  identities: Pick<Identities, 'get' | 'keep'>;
  /** Told of each event, once where it was written twice. */
  onKept: (identity: string, record: LogRecord) => void;
  onLaneReady: (lane: { topic: string; partition: number }) => void;
  /** Told before the first lane is ready: where an open outcome would be looked for. */
  learnEnds: (ends: Offsets) => void;
}): Promise<Offsets> {
  const { kafka, topics, identities, onKept, onLaneReady, learnEnds } = options;
  const end = await ends(kafka, topics);
  learnEnds(end);
  const from = await offsetsAt(kafka, topics, Date.now() - rememberedMs);
  let open: LanePosition[] = Object.entries(from).flatMap(([topic, lanes]) =>
    lanes.map((offset, partition) => ({ topic, partition, offset })),
  );
  for (;;) {
    const done = open.filter((lane) => lane.offset >= offsetOf(end, lane));
    for (const lane of done) onLaneReady(lane);
    open = open.filter((lane) => lane.offset < offsetOf(end, lane));
    if (open.length === 0) return end;
    const fetched = await readOnce(kafka, 'read-back', open);
    const next = new Map(fetched.map((lane) => [laneKey(lane), lane.next]));
    for (const { records } of fetched) {
      for (const record of records) {
        const known = identityOfRecord(record);
        if (known === undefined) continue;
        // The first of two twins is the one that readers see.
        const { identity, digest } = known;
        if (identities.get(identity)?.digest === digest) continue;
        const { topic, partition, offset, timestamp } = record;
        identities.keep(identity, { digest, topic, partition, offset, timestamp });
        onKept(identity, record);
      }
    }
    open = open.map((lane) => ({
      ...lane,
      offset: next.get(laneKey(lane)) ?? lane.offset,
    }));
  }
}
