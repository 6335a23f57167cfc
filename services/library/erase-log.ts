import {
  draftsTopic,
  ends,
  identityOf,
  type Kafka,
  type LaneRef,
  laneKey,
  markerFor,
  offsetOf,
  offsetsAt,
  readDeadLetters,
  tombstoneFor,
} from '@puebla/kit';
import { kindOfTopic } from '@puebla/schemas';
import type { EventErasure } from './batch.ts';
import type { Tombstones } from './tombstones.ts';

/** A lane whose last segment holds a tombstone. */
export interface OwedMarker extends LaneRef {
  /** Epoch ms of the newest tombstone. */
  readonly since: number;
}

type Erased = Pick<EventErasure, 'topic' | 'partition' | 'erases'>;

/**
 * Takes the bodies of erased events out of the topics in which they stand a second time: dead letters, and drafts that
 * were signed. Gives the lanes that are owed a marker for it. Rejects with KafkaError; done again it comes to the same.
 */
export async function eraseCopies(
  kafka: Kafka,
  tombstones: Tombstones,
  erased: readonly Erased[],
): Promise<OwedMarker[]> {
  const drafts = { topic: draftsTopic, partition: 0 };
  const since = await tombstones.append(erased.map(({ erases }) => tombstoneFor(drafts, erases)));
  const owed: OwedMarker[] = [{ ...drafts, since }];
  for (const [topic, ofKind] of Map.groupBy(erased, ({ topic }) => kindOfTopic(topic)?.deadTopic)) {
    if (topic === undefined) continue;
    const lane = { topic, partition: 0 };
    const { open, newest } = await lettersOf(kafka, topic, ofKind);
    const last = await tombstones.append(open.map((name) => tombstoneFor(lane, name)));
    const newestOfLane = Math.max(newest, last);
    if (newestOfLane > 0) owed.push({ ...lane, since: newestOfLane });
  }
  return owed;
}

/** Names of the letters of these events, and when the newest letter was erased, epoch ms (0: never). */
async function lettersOf(
  kafka: Kafka,
  deadTopic: string,
  erased: readonly Erased[],
): Promise<{ open: string[]; newest: number }> {
  const wanted = new Set(erased.map((one) => `${laneKey(one)} ${one.erases}`));
  const names = new Set<string>();
  let newest = 0;
  for await (const { name, letter, record } of readDeadLetters(kafka, deadTopic)) {
    if (letter === undefined) newest = Math.max(newest, record.timestamp);
    if (letter !== undefined && wanted.has(`${laneKey(letter)} ${identityOf(letter.key ?? '')}`))
      names.add(name);
    else names.delete(name);
  }
  return { open: [...names], newest };
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
