import {
  type FollowedThreads,
  identityOf,
  type LaneRef,
  type LogRecord,
  laneKey,
  namesIn,
} from '@puebla/kit';
import { isRecalled, nameOf, type ThreadStates } from '@puebla/schemas';
import type pg from 'pg';
import type { Batch } from './batch.ts';
import type { Tombstones } from './tombstones.ts';

/**
 * Before a batch is written: what its events make of their threads is made known, as the gateway does that took them, unless it died in
 * between. Rejects with KafkaError; done again it changes nothing.
 */
export async function tellThreads(threads: FollowedThreads, { rows }: Batch): Promise<void> {
  const changes = rows.flatMap(({ change }) => (change === undefined ? [] : [change]));
  if (changes.length > 0) await threads.write(changes);
}

/**
 * Before a batch is written, and once its recalls are known: what they take back gets its tombstones, and so does what comes to a thread
 * after it was taken back. Recalls stay, which say no more than that. Rejects with KafkaError and what `pg` throws; done again it changes nothing.
 */
export async function eraseRecalled(
  client: pg.Client,
  threads: FollowedThreads,
  tombstones: Tombstones,
  { rows }: Batch,
): Promise<void> {
  const names = rows.flatMap(({ change }) => (change?.state.recalled === undefined ? [] : [change.name]));
  const stored = names.length === 0 ? [] : await eventsOf(client, names);
  const here = rows
    .filter(({ head }) => head.recalls === undefined && isRecalled(head, threads))
    .map(({ head, topic, partition }) => ({ topic, partition, name: nameOf(head) }));
  for (const [lane, ...others] of Map.groupBy([...stored, ...here], laneKey).values())
    if (lane !== undefined)
      await tombstones.write(
        lane,
        [lane, ...others].map(({ name }) => name),
      );
}

/**
 * The same for what cannot be decoded, such as a copy that was written again behind its recall: a letter would keep its body. False
 * where it was not taken back. A recall has its letter: it has yet to be applied.
 */
export async function eraseUnreadable(
  threads: ThreadStates,
  tombstones: Tombstones,
  record: LogRecord,
): Promise<boolean> {
  if (!isOfRecalled(record, threads)) return false;
  const name = nameInLane(record);
  if (name !== undefined) await tombstones.write(record, [name]);
  return true;
}

/** Whether what cannot be decoded is a part of what was taken back, by all that it says of itself. */
export function isOfRecalled(record: Pick<LogRecord, 'key' | 'headers'>, threads: ThreadStates): boolean {
  return namesIn(record).some((name) => threads.of(name)?.recalled !== undefined);
}

/** By which name it is taken out of its lane; undefined where its key says another one than its headers do: that event may stand. */
export function nameInLane({ key, headers }: Pick<LogRecord, 'key' | 'headers'>): string | undefined {
  const { ce_source: agency, ce_id: id } = headers;
  const name = key === null ? undefined : identityOf(key);
  return agency === undefined || id === undefined || name === `${agency}/${id}` ? name : undefined;
}

type NamedEvent = LaneRef & { readonly name: string };

/** The events of these threads, or of these names, that are in the view. */
async function eventsOf(client: pg.Client, names: readonly string[]): Promise<NamedEvent[]> {
  const { rows } = await client.query<NamedEvent>(
    `select topic, partition, agency || '/' || id as name from library.events
     where kind <> 'recall' and (thread = any($1)
       or (agency, id) in (select split_part(name, '/', 1), split_part(name, '/', 2) from unnest($1) as name))`,
    [names],
  );
  return rows;
}
