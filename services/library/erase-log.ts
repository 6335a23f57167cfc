import {
  draftsTopic,
  ends,
  type Kafka,
  type LaneRef,
  type LogRecord,
  laneKey,
  markerFor,
  offsetOf,
  offsetsAt,
  originalOfLetter,
  readDeadLetters,
  tombstoneFor,
  tombstonesFor,
} from '@puebla/kit';
import { kindOfTopic, type ThreadStates } from '@puebla/schemas';
import type { EventErasure } from './batch.ts';
import { isOfRecalled, nameInLane } from './taken-back.ts';
import type { Tombstones } from './tombstones.ts';

/** A lane whose last segment holds a tombstone. */
export interface OwedMarker extends LaneRef {
  /** Epoch ms of the newest tombstone. */
  readonly since: number;
}

type Erased = Pick<EventErasure, 'topic' | 'partition' | 'erases'>;

/**
 * Takes the bodies of erased events out of the topics in which they stand a second time: drafts that were signed, and dead letters. What could
 * never be read of a thread is found by its letter alone, and leaves its lane too. Gives the lanes that are owed a marker for the copies; a
 * lane's own tombstones come back as erasures. Rejects with KafkaError; done again it comes to the same.
 */
export async function eraseCopies(
  kafka: Kafka,
  threads: ThreadStates,
  tombstones: Tombstones,
  erased: readonly Erased[],
): Promise<OwedMarker[]> {
  const drafts = { topic: draftsTopic, partition: 0 };
  const since = await tombstones.append(erased.map(({ erases }) => tombstoneFor(drafts, erases)));
  const owed: OwedMarker[] = [{ ...drafts, since }];
  const gone = new Set(erased.map(placeOf));
  for (const topic of new Set(erased.flatMap((one) => kindOfTopic(one.topic)?.deadTopic ?? []))) {
    const lane = { topic, partition: 0 };
    const { letters, newest } = await lettersOfRecalled(kafka, topic, threads);
    const unread = letters
      .flatMap(({ original }) => erasureOf(original))
      .filter((one) => !gone.has(placeOf(one)));
    // First: without its letter nothing tells of the record.
    await tombstones.append(unread.flatMap((one) => tombstonesFor(one, one.erases)));
    const last = await tombstones.append(letters.map(({ name }) => tombstoneFor(lane, name)));
    const newestOfLane = Math.max(newest, last);
    if (newestOfLane > 0) owed.push({ ...lane, since: newestOfLane });
  }
  return owed;
}

type Original = Pick<LogRecord, 'topic' | 'partition' | 'key' | 'headers'>;

/** Letters of what was taken back, and when the newest letter was erased, epoch ms (0: never). */
async function lettersOfRecalled(
  kafka: Kafka,
  deadTopic: string,
  threads: ThreadStates,
): Promise<{ letters: { name: string; original: Original }[]; newest: number }> {
  const letters = new Map<string, Original>();
  let newest = 0;
  for await (const { name, letter, record } of readDeadLetters(kafka, deadTopic)) {
    if (letter === undefined) newest = Math.max(newest, record.timestamp);
    const original = letter && originalOfLetter(letter);
    if (original !== undefined && isOfRecalled(original, threads)) {
      const { topic, partition, key, headers } = original;
      letters.set(name, { topic, partition, key, headers });
    } else letters.delete(name);
  }
  return { letters: [...letters].map(([name, original]) => ({ name, original })), newest };
}

function erasureOf(original: Original): Erased[] {
  const { topic, partition } = original;
  const erases = nameInLane(original);
  return erases === undefined ? [] : [{ topic, partition, erases }];
}

function placeOf(one: Erased): string {
  return `${laneKey(one)} ${one.erases}`;
}

/** The broker's clock may be behind ours. */
const slackMs = 500;

/**
 * Ends the last segment of lanes by a marker, once it may be ended. Gives those that are done, and when to look again, epoch ms. Rejects
 * with KafkaError.
 */
export async function endSegments(
  kafka: Kafka,
  tombstones: Tombstones,
  owed: readonly OwedMarker[],
  segmentMs: number,
): Promise<{ done: OwedMarker[]; next: number | undefined }> {
  const now = Date.now();
  const dueAt = ({ since }: OwedMarker): number => since + segmentMs + slackMs;
  const done: OwedMarker[] = [];
  let open = owed.filter((lane) => dueAt(lane) > now);
  for (const lane of owed.filter((one) => dueAt(one) <= now)) {
    const past = lane.since + segmentMs;
    if ((await hasNewer(kafka, lane, past)) || (await tombstones.append([markerFor(lane)])) > past) {
      done.push(lane);
    } else {
      open = [...open, { ...lane, since: now - segmentMs }];
    }
  }
  return { done, next: open.length === 0 ? undefined : Math.min(...open.map(dueAt)) };
}

/** Whether something was appended after this time: the segment has ended by itself then. */
async function hasNewer(kafka: Kafka, lane: LaneRef, epochMs: number): Promise<boolean> {
  const newer = await offsetsAt(kafka, [lane.topic], epochMs + 1);
  return offsetOf(newer, lane) < offsetOf(await ends(kafka, [lane.topic]), lane);
}
