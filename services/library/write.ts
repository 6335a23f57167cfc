import { parseInstant } from '@puebla/schemas';
import type pg from 'pg';
import type { Batch } from './batch.ts';
import { bigintArray, byteaArray, textArray } from './binary-array.ts';
import { facetsText } from './facets.ts';
import type { Row } from './row.ts';

/**
 * Rows and positions in one statement, which is one transaction: after a crash of anything, either both are there or
 * neither. The same identity with the same digest changes nothing; with another digest the later record wins: by
 * offset in one lane, by the time of its append across lanes.
 */
const applied = `
applied as (
  insert into library.events as stored
    (agency, id, kind, participant, thread, tlp, readers, sponsor, office, ackby, answers, answer, category, facets, starts, ends,
      accepted, topic, partition, "offset", digest, record)
  select agency, id, kind, participant, thread, tlp, readers, sponsor, office, ackby, answers, answer, category, facets, starts, ends,
    to_timestamp(accepted / 1000.0), topic, partition, "offset", digest, record
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bigint[], $16::bigint[], $17::bigint[], $18::text[],
    $19::bigint[], $20::bigint[], $21::text[], $22::bytea[])
    as incoming (agency, id, kind, participant, thread, tlp, readers, sponsor, office, ackby, answers, answer, category, facets,
      starts, ends, accepted, topic, partition, "offset", digest, record)
  on conflict (agency, id) do update set
    kind = excluded.kind, participant = excluded.participant, thread = excluded.thread, tlp = excluded.tlp,
    readers = excluded.readers, sponsor = excluded.sponsor, office = excluded.office, ackby = excluded.ackby,
    answers = excluded.answers, answer = excluded.answer, category = excluded.category, facets = excluded.facets,
    starts = excluded.starts, ends = excluded.ends, accepted = excluded.accepted, topic = excluded.topic,
    partition = excluded.partition, "offset" = excluded."offset", digest = excluded.digest, record = excluded.record
  where excluded.digest <> stored.digest and case
    when (excluded.topic, excluded.partition) = (stored.topic, stored.partition)
    then excluded."offset" > stored."offset"
    else (excluded.accepted, excluded.topic) > (stored.accepted, stored.topic) end
), moved as (
  insert into library.offsets (topic, partition, next)
  select * from unnest($23::text[], $24::bigint[], $25::bigint[])
  on conflict (topic, partition) do update set next = excluded.next
)
select 1`;

/**
 * With tombstones: each takes away what stands before it in its lane. What is left to be done about it (erase.ts) is noted in the same
 * transaction. A statement of its own, since there are hardly ever any.
 */
const erasing = `
erasing as (
  select agency, id, topic, partition, "offset", time
  from unnest($26::text[], $27::text[], $28::text[], $29::bigint[], $30::bigint[], $31::bigint[])
    as incoming (agency, id, topic, partition, "offset", time)
), gone as (
  delete from library.events as stored using erasing
  where (stored.agency, stored.id, stored.topic, stored.partition)
      = (erasing.agency, erasing.id, erasing.topic, erasing.partition)
    and stored."offset" < erasing."offset"
), to_erase as (
  insert into library.erasures (topic, partition, erases, "offset")
  select topic, partition, agency || '/' || id, "offset" from erasing
  on conflict (topic, partition, erases) do update set "offset" = excluded."offset"
), to_mark as (
  insert into library.markers as known (topic, partition, since)
  select topic, partition, max(time) from erasing group by topic, partition
  on conflict (topic, partition) do update set since = greatest(known.since, excluded.since)
)`;

/**
 * Writes a batch, exactly once: it is there, whole, with its erasures and positions, or (when this throws) it may be there whole or
 * not at all, and the stored positions say which.
 */
export async function writeBatch(client: pg.Client, { rows, erased, moved }: Batch): Promise<void> {
  const text = (of: (row: Row) => string | null): Buffer => textArray(rows.map(of));
  const number = (of: (row: Row) => number | null): Buffer => bigintArray(rows.map(of));
  const isErasing = erased.length > 0;
  await client.query({
    name: isErasing ? 'library-apply-erasing' : 'library-apply',
    text: isErasing ? `with ${erasing}, ${applied}` : `with ${applied}`,
    values: [
      text((row) => row.head.agency),
      text((row) => row.head.id),
      text((row) => row.head.kind),
      text((row) => row.head.participant),
      text((row) => row.head.thread ?? null),
      text((row) => row.head.tlp),
      text((row) => row.head.readers ?? null),
      text((row) => row.head.sponsor ?? null),
      text((row) => row.head.office ?? null),
      number((row) => parseInstant(row.head.ackby ?? '') ?? null),
      text((row) => row.answers ?? null),
      text((row) => row.answer ?? null),
      text((row) => row.facets.category),
      text((row) => facetsText(row.facets)),
      number((row) => row.facets.from),
      number((row) => row.facets.to),
      number((row) => row.accepted),
      text((row) => row.topic),
      number((row) => row.partition),
      number((row) => row.offset),
      text((row) => row.digest),
      byteaArray(rows.map((row) => row.record.content)),
      textArray(moved.map((lane) => lane.topic)),
      bigintArray(moved.map((lane) => lane.partition)),
      bigintArray(moved.map((lane) => lane.next)),
      ...(isErasing ? erasureValues(erased) : []),
    ],
  });
}

function erasureValues(erased: Batch['erased']): Buffer[] {
  const slashes = erased.map(({ erases }) => erases.indexOf('/'));
  return [
    textArray(erased.map(({ erases }, nr) => erases.slice(0, slashes[nr]))),
    textArray(erased.map(({ erases }, nr) => erases.slice((slashes[nr] ?? 0) + 1))),
    textArray(erased.map(({ topic }) => topic)),
    bigintArray(erased.map(({ partition }) => partition)),
    bigintArray(erased.map(({ offset }) => offset)),
    bigintArray(erased.map(({ time }) => time)),
  ];
}

/**
 * The same, but a row that the database cannot hold stops nobody else: the batch is halved until that row is alone, and
 * handed over. Positions go with the last part, so that a crash in between begins again: rows written twice change nothing.
 */
export async function writeAround(
  client: pg.Client,
  batch: Batch,
  onPoison: (row: Row, cause: unknown) => Promise<void>,
): Promise<void> {
  try {
    await writeBatch(client, batch);
  } catch (error) {
    if (!isRowAtFault(error) || batch.rows.length === 0) throw error;
    if (batch.rows.length === 1) {
      for (const row of batch.rows) await onPoison(row, error);
      await writeBatch(client, { ...batch, rows: [] });
      return;
    }
    const middle = Math.ceil(batch.rows.length / 2);
    await writeAround(client, { rows: batch.rows.slice(0, middle), erased: [], moved: [] }, onPoison);
    await writeAround(client, { ...batch, rows: batch.rows.slice(middle) }, onPoison);
  }
}

/** SQLSTATE classes 22 (data exception), 23 (constraint) and 54 (program limit): trying again does not help. */
function isRowAtFault(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22|23|54)/.test(String(error.code));
}
