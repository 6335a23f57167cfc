import { auditTopic, type Follower, follow, type Kafka, type LogRecord, type Offsets } from '@puebla/kit';
import { type AuditEntry, parseInstant, readAuditEntry } from '@puebla/schemas';
import type pg from 'pg';
import { type Batch, lanesBetween } from './batch.ts';
import { bigintArray, textArray } from './binary-array.ts';

/** Entries come some 200 ms after what they tell of; in pieces they cost the database less. */
const pauseMs = 50;
const maxEntriesAWrite = 1_000;

/** An entry with its place. */
interface AuditRow {
  readonly lane: number;
  readonly entry: AuditEntry;
  /** As it stands in the log. */
  readonly text: string;
}

/**
 * Follows the lanes of the audit into `library.audit`, by the connection that applies the events: entries and positions in one statement.
 * What cannot be written ends it: its `done` rejects, and all begins again from the stored positions.
 */
export function followAudit(options: {
  readonly kafka: Kafka;
  readonly client: pg.Client;
  readonly from: Offsets;
  /** Told of the lanes that have moved, once that is in the database. */
  readonly onWritten: (moved: Batch['moved']) => Promise<void>;
  /** Told of a record that is no entry: another program may have written it. Its lane goes on. */
  readonly onPoison: (record: LogRecord) => void;
  /** The log does not have any more what was applied of it. */
  readonly onCut: () => void;
  readonly onTrouble: (error: unknown) => void;
}): Follower {
  const { kafka, client, onWritten, onPoison, onCut, onTrouble } = options;
  let position: Offsets = { [auditTopic]: options.from[auditTopic] ?? [] };
  return follow(kafka, {
    topics: [auditTopic],
    from: position,
    role: 'library-audit',
    pauseMs,
    async onRecords(records, next) {
      const rows = records.flatMap((record) => {
        const row = rowOf(record);
        if (row === undefined) onPoison(record);
        return row ?? [];
      });
      const moved = lanesBetween(position, next);
      for (let at = 0; at < rows.length; at += maxEntriesAWrite) {
        const isLast = at + maxEntriesAWrite >= rows.length;
        await writeEntries(client, rows.slice(at, at + maxEntriesAWrite), isLast ? moved : []);
      }
      if (rows.length === 0 && moved.length > 0) await writeEntries(client, [], moved);
      position = next;
      await onWritten(moved);
    },
    onGap: ({ from, to }) => {
      if (to < from) onCut();
    },
    onTrouble,
  });
}

function rowOf({ partition, value }: LogRecord): AuditRow | undefined {
  if (value === null) return undefined;
  try {
    const text = value.toString('utf8');
    const entry = readAuditEntry(JSON.parse(text));
    return entry === undefined ? undefined : { lane: partition, entry, text };
  } catch {
    return undefined;
  }
}

/** What was written again after an open outcome has the id of the first: it is there once. */
const insertEntries = `
with applied as (
  insert into library.audit (id, lane, agency, what, event, time, entry)
  select id::uuid, lane, agency, what, event, time, entry
  from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[])
    as incoming (id, lane, agency, what, event, time, entry)
  on conflict (id) do nothing
), moved as (
  insert into library.offsets (topic, partition, next)
  select * from unnest($8::text[], $9::bigint[], $10::bigint[])
  on conflict (topic, partition) do update set next = excluded.next
)
select 1`;

async function writeEntries(
  client: pg.Client,
  rows: readonly AuditRow[],
  moved: Batch['moved'],
): Promise<void> {
  await client.query({
    name: 'library-audit',
    text: insertEntries,
    values: [
      textArray(rows.map(({ entry }) => entry.id)),
      bigintArray(rows.map(({ lane }) => lane)),
      textArray(rows.map(({ entry }) => entry.agency)),
      textArray(rows.map(({ entry }) => entry.what)),
      textArray(rows.map(({ entry }) => entry.event ?? null)),
      bigintArray(rows.map(({ entry }) => parseInstant(entry.time) ?? 0)),
      textArray(rows.map(({ text }) => text)),
      textArray(moved.map(({ topic }) => topic)),
      bigintArray(moved.map(({ partition }) => partition)),
      bigintArray(moved.map(({ next }) => next)),
    ],
  });
}
