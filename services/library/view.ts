import {
  ends,
  type Kafka,
  type MutableOffsets,
  type Offsets,
  offsetOf,
  setOffset,
  starts,
} from '@puebla/kit';
import type pg from 'pg';
import { createTables, tablesVersion } from './tables.ts';

/**
 * The view as a whole: when it is thrown away, and how far it has come. All of it is in the database, so that whoever
 * asks, on any instance, gets one answer.
 */

/** Where the view stands, in one snapshot. */
export interface ViewState {
  /** Counts how often the view was emptied. */
  readonly epoch: number;
  /** It holds all that the log held when it was emptied. */
  readonly whole: boolean;
  /** Next offsets to apply. */
  readonly applied: Offsets;
  /** The log's start and end when the view was emptied. */
  readonly origin: Offsets;
  readonly target: Offsets;
}

interface StateRow {
  readonly epoch: number;
  readonly whole: boolean;
  readonly origin: Offsets;
  readonly target: Offsets;
  readonly lanes: readonly { readonly topic: string; readonly partition: number; readonly next: number }[];
}

const selectState = `
select epoch, whole, origin, target,
  (select coalesce(json_agg(json_build_object('topic', topic, 'partition', partition, 'next', next)), '[]')
   from library.offsets) as lanes
from library.view`;

/** @throws what `pg` throws, and RangeError when no library has filled this database yet */
export async function viewState(database: pg.Pool | pg.Client): Promise<ViewState> {
  const { rows } = await database.query<StateRow>({ name: 'library-state', text: selectState });
  const [row] = rows;
  if (row === undefined) throw new RangeError('the view has not been begun');
  const applied: MutableOffsets = {};
  for (const lane of row.lanes) setOffset(applied, lane, lane.next);
  return { epoch: row.epoch, whole: row.whole, applied, origin: row.origin, target: row.target };
}

/** Records of the log passed since the view was emptied, of those that there were then. */
export function progressOf({ applied, origin, target }: ViewState): { applied: number; total: number } {
  let done = 0;
  let total = 0;
  for (const [topic, lanes] of Object.entries(target)) {
    for (const [partition, end] of lanes.entries()) {
      const start = offsetOf(origin, { topic, partition });
      total += end - start;
      done += Math.max(0, Math.min(end, offsetOf(applied, { topic, partition })) - start);
    }
  }
  return { applied: done, total };
}

export type EmptyReason = 'first start' | 'other tables' | 'other cluster' | 'asked for' | 'log was cut';

/** Why the view in this database cannot be gone on with; undefined when it can. */
export async function mustEmpty(client: pg.Client, cluster: string): Promise<EmptyReason | undefined> {
  const { rows: found } = await client.query<{ view: string | null }>(
    `select to_regclass('library.view')::text as view`,
  );
  if (found[0]?.view == null) return 'first start';
  const { rows } = await client.query<{ version: number; cluster: string }>(
    'select version, cluster from library.view',
  );
  const [view] = rows;
  if (view === undefined) return 'first start';
  if (view.version !== tablesVersion) return 'other tables';
  return view.cluster === cluster ? undefined : 'other cluster';
}

/** Throws the view away and puts it at the log's start, in one transaction. */
export async function emptyView(
  client: pg.Client,
  kafka: Kafka,
  { topics, cluster, reason }: { topics: readonly string[]; cluster: string; reason: EmptyReason },
): Promise<void> {
  const [origin, target] = await Promise.all([starts(kafka, topics), ends(kafka, topics)]);
  const anew = reason === 'first start' || reason === 'other tables';
  await client.query('begin');
  try {
    const epoch = anew ? 1 : await epochOf(client);
    if (anew) await client.query(`drop schema if exists library cascade; ${createTables}`);
    else await client.query('truncate library.events, library.audit, library.offsets, library.view');
    // Their offsets are of a log that is not there any more: in this one an event may stand there.
    if (reason !== 'asked for') await client.query('truncate library.erasures, library.markers');
    await client.query(
      `insert into library.view (version, cluster, epoch, origin, target, whole)
       values ($1, $2, $3, $4, $5, false)`,
      [tablesVersion, cluster, epoch, JSON.stringify(origin), JSON.stringify(target)],
    );
    await client.query(
      `insert into library.offsets (topic, partition, next)
       select topic.key, lane.nr - 1, lane.start::bigint
       from json_each($1::json) as topic, json_array_elements_text(topic.value) with ordinality as lane (start, nr)`,
      [JSON.stringify(origin)],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function epochOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ epoch: number }>('select epoch from library.view');
  return (rows[0]?.epoch ?? 0) + 1;
}

export async function markWhole(client: pg.Client): Promise<void> {
  await client.query('update library.view set whole = true where not whole');
}
