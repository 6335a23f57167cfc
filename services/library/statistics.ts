import { type CurrentDirectory, type KnownThreads, ProblemError, scopeFor, type Verifier } from '@puebla/kit';
import {
  canRead,
  type Directory,
  type KindName,
  newerThan,
  parseStatisticsQuery,
  type Reader,
  type StatisticsQuery,
  type StatisticsUnit,
  type ThreadStates,
} from '@puebla/schemas';
import type { Request, Response } from 'express';
import pLimit from 'p-limit';
import type pg from 'pg';
import { readWhole } from './catch-up.ts';
import { conditionsOf } from './facets.ts';
import { type HandlingRow, handledEvent } from './handling-row.ts';
import { unlessTold } from './problems.ts';
import type { ViewState } from './view.ts';

/** So many events of a kind and category are in a period. */
export interface Count {
  /** Its first day, month or year, `2026-11-27`, `2026-11` or `2026`; null: the events have no period of their own. */
  readonly period: string | null;
  readonly kind: KindName;
  /** Null: the kind has none. */
  readonly category: string | null;
  readonly count: number;
}

/** Events that are read alike; those that belong to a thread, each alone. */
interface CountedRow extends HandlingRow {
  readonly period: string | null;
  readonly category: string | null;
  readonly count: number;
}

/** Of more the oldest periods are left out. */
const maxItems = 5_000;
/** Each goes through the whole table: others have connections too. */
const atOnce = 2;
const maxWaiting = 50;
const againAfterSeconds = 2;
const timedOut = '57014';

const lengths: Readonly<Record<StatisticsUnit, number>> = { day: 10, month: 7, year: 4 };

/**
 * `GET /v1/statistics?by=&zone=&since=` and the filter: how many events the reader may read, in each day, month or year, by kind and
 * category. Of an event's versions the one that stands is counted, in the period in which it begins, or `from`. What is counted is what the reader could
 * read one by one, so nothing is suppressed (rules.md, What may not be said).
 *
 * @param catchUp waits until the view has what had been accepted, and what was taken back is known
 */
export function createStatisticsRoute(options: {
  readonly database: pg.Pool;
  readonly directory: CurrentDirectory;
  readonly threads: KnownThreads;
  readonly authenticate: Verifier['authenticate'];
  readonly catchUp: () => Promise<ViewState>;
}) {
  const { database, directory, threads, authenticate, catchUp } = options;
  const inTurn = pLimit(atOnce);
  return async (request: Request, response: Response): Promise<void> => {
    const { reader } = await authenticate(request.headers.authorization, scopeFor.readEvents);
    const parsed = parseStatisticsQuery(new URL(request.url, 'http://exchange').searchParams);
    if (!parsed.ok) throw new ProblemError('bad-request', { violations: parsed.violations });
    if (inTurn.pendingCount >= maxWaiting)
      throw new ProblemError('overloaded', { retryAfterSeconds: againAfterSeconds });
    const rows = await readWhole(database, catchUp, () =>
      inTurn(() => rowsOf(database, parsed.query, threads)),
    ).catch(unlessTooMany);
    const { by, zone } = parsed.query;
    const counted = countsOf(rows, by, reader, directory.current(), threads);
    response.set('Cache-Control', 'private, no-store').json({ by, zone, ...counted });
  };
}

async function rowsOf(
  database: pg.Pool,
  { filter, by, zone, since }: StatisticsQuery,
  threads: KnownThreads,
): Promise<readonly CountedRow[]> {
  const values: unknown[] = [];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [...conditionsOf(filter, given)];
  if (since !== undefined) conditions.push(`accepted >= to_timestamp(${given(since)}::bigint / 1000.0)`);
  const begins = filter.from === undefined ? 'starts' : `greatest(starts, ${given(filter.from)}::bigint)`;
  const local = `to_timestamp(${begins} / 1000.0) at time zone ${given(zone)}`;
  const changed = given([...threads.names()]);
  const text = `
with events as (
  select date_trunc(${given(by)}, ${local})::date as period, kind, category, agency, tlp, readers, sponsor, office, id, thread,
    thread is not null or agency || '/' || id = any(${changed}) as alone
  from library.events${conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''}
)
select period::text, kind, category, agency, tlp, readers, sponsor, office, count(*)::integer as count,
  case when alone then id else '' end as id, case when alone then thread end as thread
from events group by events.period, kind, category, agency, tlp, readers, sponsor, office, 10, 11`;
  const { rows } = await database.query<CountedRow>(text, values);
  return rows;
}

function countsOf(
  rows: readonly CountedRow[],
  by: StatisticsUnit,
  reader: Reader,
  directory: Directory,
  threads: ThreadStates,
): { readonly total: number; readonly items: readonly Count[]; readonly more: boolean } {
  const counts = new Map<string, Count>();
  let total = 0;
  for (const row of rows) {
    const event = handledEvent(row);
    if (newerThan(event, threads) !== undefined || !canRead(reader, event, directory, threads)) continue;
    const { kind, category } = row;
    const period = row.period?.slice(0, lengths[by]) ?? null;
    const key = [period, kind, category].join();
    total += row.count;
    counts.set(key, { period, kind, category, count: row.count + (counts.get(key)?.count ?? 0) });
  }
  return { total, ...newest([...counts.values()].sort(inOrder)) };
}

/** Whole periods alone, as many as there is room for. */
function newest(counts: readonly Count[]): { readonly items: readonly Count[]; readonly more: boolean } {
  if (counts.length <= maxItems) return { items: counts, more: false };
  const cut = counts[counts.length - maxItems - 1]?.period;
  return { items: counts.filter(({ period }) => period === null || period > String(cut)), more: true };
}

function inOrder(a: Count, b: Count): number {
  return orderOf(a) < orderOf(b) ? -1 : 1;
}

function orderOf({ period, kind, category }: Count): string {
  return [period, kind, category].join();
}

function unlessTooMany(error: unknown): never {
  if (!(Error.isError(error) && 'code' in error && error.code === timedOut)) unlessTold(error);
  throw new ProblemError('unavailable', { retryAfterSeconds: 10, members: { reason: 'too-many' } });
}
