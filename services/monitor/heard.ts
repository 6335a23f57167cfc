import {
  ends,
  headerIn,
  isTombstone,
  type Kafka,
  type LanePosition,
  type LogRecord,
  laneKey,
  type Offsets,
  offsetOf,
  offsetsAt,
  reached,
  readOnce,
  redriven,
} from '@puebla/kit';
import { catalogue, type Heard, habitDays, type ParticipantCode, participants } from '@puebla/schemas';

/** What comes within it is heard once: a bulk of thousands says no more of a habit than one event, and memory stays bounded. */
const slotMs = 5 * 60_000;
const dayMs = 86_400_000;
const role = 'monitor-heard';
const topics = catalogue.map(({ topic }) => topic);

/** When each participant was heard, from the lanes of the last 90 days. */
export interface HeardLog {
  /** Reads what has come since the last time; the first time all of it. Throws KafkaError. */
  look(): Promise<ReadonlyMap<ParticipantCode, Heard>>;
}

interface Known {
  readonly slots: Set<number>;
  last: number | undefined;
}

export function createHeardLog(kafka: Kafka): HeardLog {
  let known = nothingHeard();
  let position: Offsets | undefined;

  const take = (record: LogRecord): void => {
    if (record.key === null || isTombstone(record)) return;
    const { content, timestamp } = record;
    // A copy of what was said before.
    if (headerIn(content, redriven.from) !== undefined) return;
    const of = known.get(headerIn(content, 'ce_participant') ?? '');
    if (of === undefined) return;
    of.slots.add(slotOf(timestamp));
    of.last = Math.max(of.last ?? 0, timestamp);
  };

  return {
    async look() {
      const since = Date.now() - habitDays * dayMs;
      const to = await ends(kafka, topics);
      // The log is another.
      if (position !== undefined && !reached(to, position)) position = undefined;
      if (position === undefined) known = nothingHeard();
      await readSparsely(kafka, position ?? (await offsetsAt(kafka, topics, since)), to, take);
      position = to;
      return new Map([...known].map(([code, of]) => [code, heardSince(of, since)]));
    },
  };
}

function nothingHeard(): Map<ParticipantCode, Known> {
  return new Map(participants.map(({ code }) => [code, { slots: new Set<number>(), last: undefined }]));
}

function heardSince(known: Known, since: number): Heard {
  const oldest = slotOf(since);
  for (const slot of known.slots) if (slot < oldest) known.slots.delete(slot);
  if (known.last !== undefined && known.last < since) known.last = undefined;
  return {
    times: [...known.slots].sort((a, b) => a - b).map((slot) => slot * slotMs),
    last: known.last,
  };
}

function slotOf(epochMs: number): number {
  return Math.floor(epochMs / slotMs);
}

/**
 * The records of every lane from one position to another. Where a piece is all of one slot, the rest of the slot is passed over, but for the
 * lane's last record: what others say there in a thread of the lane's owner, in the same minutes as thousands of his events, may go unheard.
 * Throws KafkaError.
 */
async function readSparsely(
  kafka: Kafka,
  from: Offsets,
  to: Offsets,
  take: (record: LogRecord) => void,
): Promise<void> {
  let open: LanePosition[] = Object.entries(from).flatMap(([topic, lanes]) =>
    lanes.map((offset, partition) => ({ topic, partition, offset })),
  );
  for (;;) {
    open = open.filter((lane) => lane.offset < offsetOf(to, lane));
    if (open.length === 0) return;
    const fetched = new Map((await readOnce(kafka, role, open)).map((lane) => [laneKey(lane), lane]));
    const moved = open.map(async (lane): Promise<LanePosition[]> => {
      const piece = fetched.get(laneKey(lane));
      // A large answer has no room for all lanes: those are asked again.
      if (piece === undefined) return fetched.size === 0 ? [] : [lane];
      if (piece.outOfRange || piece.next <= lane.offset) return [];
      for (const record of piece.records) take(record);
      const offset = await behindSlot(
        kafka,
        piece.records,
        { ...lane, offset: piece.next },
        offsetOf(to, lane),
      );
      return [{ ...lane, offset }];
    });
    open = (await Promise.all(moved)).flat();
  }
}

/** Where the lane goes on: behind the slot, when the piece is all of one. */
async function behindSlot(
  kafka: Kafka,
  records: readonly LogRecord[],
  { topic, partition, offset }: LanePosition,
  end: number,
): Promise<number> {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined || offset >= end) return offset;
  const slot = slotOf(last.timestamp);
  if (slotOf(first.timestamp) !== slot) return offset;
  const next = offsetOf(await offsetsAt(kafka, [topic], (slot + 1) * slotMs), { topic, partition });
  return Math.max(offset, Math.min(next, end - 1));
}
