import type pLimit from 'p-limit';
import type pg from 'pg';
import { eventsIndexes, eventsTable, renameEvents } from './tables.ts';

/** One statement, hence one moment: the rows, and how far each lane had been applied then. */
const copyRows = `
with copied as (insert into library.events_anew select * from library.events)
select topic, partition, next from library.offsets`;

/** What was applied after that moment: it may have taken the place of what was copied. */
const newer = `
newer as (
  select stored.* from library.events as stored
  left join json_to_recordset($1) as copied (topic text, partition integer, next bigint) using (topic, partition)
  where stored."offset" >= coalesce(copied.next, 0)
)`;
const dropReplaced = `
with ${newer}
delete from library.events_anew as anew using newer where (anew.agency, anew.id) = (newer.agency, newer.id)`;
const addNewer = `with ${newer} insert into library.events_anew select * from newer`;
/** Tombstones of that time: what they take away was copied, and is rewritten for them the next time. */
const dropErased = `
delete from library.events_anew as anew using library.erasures as gone
where (anew.topic, anew.partition, anew.agency || '/' || anew.id) = (gone.topic, gone.partition, gone.erases)
  and anew."offset" < gone."offset"`;

const takePlace = `
drop table library.events;
${renameEvents('events_anew', 'events')}
commit`;

/**
 * Deleted rows stay in the files: VACUUM frees their room and leaves their bytes in it, and the write-ahead log has them once more. So the
 * table is written anew. Readers go on in the former one until the last moment, and so does who applies: he waits while what came
 * meanwhile is added, or, being another instance, for the lock. Rejects with what `pg` throws: nothing has changed then, once the
 * connection is closed.
 */
export async function rewriteEvents(client: pg.Client, inTurn: pLimit.Limit): Promise<void> {
  await client.query(`begin; ${eventsTable('events_anew')}`);
  const { rows } = await client.query(copyRows);
  const copied = JSON.stringify(rows);
  await client.query(eventsIndexes('events_anew'));
  await inTurn(async () => {
    await client.query('lock table library.events in share mode');
    await client.query(dropReplaced, [copied]);
    await client.query(addNewer, [copied]);
    await client.query(dropErased);
    await client.query(takePlace);
  });
  await client.query('analyze library.events');
}

const insufficientPrivilege = '42501';

/**
 * The former files go with a checkpoint, and so do the segments of the write-ahead log before it (`wal_recycle` off: they would be used again
 * as they are). False where the exchange's role may not ask for that: the server does it in its own time.
 */
export async function dropWriteAheadLog(client: pg.Client): Promise<boolean> {
  try {
    await client.query('select pg_switch_wal()');
    await client.query('checkpoint');
    return true;
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === insufficientPrivilege) return false;
    throw error;
  }
}
