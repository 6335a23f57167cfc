import { randomUUID } from 'node:crypto';
import { draftsTopic, ends, offsetOf, readLane } from '@puebla/kit';
import pLimit from 'p-limit';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endSegments } from './erase-log.ts';
import { dropWriteAheadLog, rewriteEvents } from './rewrite.ts';
import { eventRecord, eventually, openStage, type Stage } from './stage.ts';
import { createTombstones, type Tombstones } from './tombstones.ts';

const topic = 'puebla.alert';
const drafts = { topic: draftsTopic, partition: 0 };

let stage: Stage;
let tombstones: Tombstones;
beforeAll(async () => {
  stage = await openStage(process.env);
  tombstones = createTombstones(stage.kafka);
});
afterAll(async () => {
  tombstones?.close();
  await stage?.close();
});

const event = (id: string) => eventRecord(stage.codec, { id });
const lane = () => ({ topic, partition: event('lane').record.partition });
const endOf = async (of: { topic: string; partition: number }): Promise<number> =>
  offsetOf(await ends(stage.kafka, [of.topic]), of);
const rowsOf = async (table: string) => (await stage.database.query(`select * from library.${table}`)).rows;

async function asOwner<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: stage.databaseUrl });
  await client.connect();
  return work(client).finally(() => client.end());
}

/** Everything that one place defines, as the database has it. */
const definition = async (): Promise<unknown> => {
  const { rows } = await stage.database.query(`
    select c.relname, c.reloptions,
      array(select (attname, atttypid::regtype, attnotnull, attstorage, attstattarget, attcollation) from pg_attribute
            where attrelid = c.oid and attnum > 0 order by attnum)::text as columns,
      array(select pg_get_indexdef(indexrelid) from pg_index where indrelid = c.oid order by 1)::text as indexes,
      array(select pg_get_constraintdef(oid) from pg_constraint where conrelid = c.oid order by 1)::text as constraints
    from pg_class c where oid = 'library.events'::regclass`);
  return rows;
};
const fileOf = async (): Promise<unknown> =>
  (await stage.database.query(`select pg_relation_filepath('library.events') as file`)).rows;

test('an erasure that a crash came before is done by the next library', async () => {
  const ids = [randomUUID(), randomUUID(), randomUUID()];
  const [gone = '', kept = '', last = ''] = ids;
  const first = await stage.library();
  await stage.whole();
  await stage.send([event(gone), event(kept)]);
  await eventually(
    () => stage.stored(gone, kept),
    ({ length }) => length === 2,
  );
  const before = { definition: await definition(), file: await fileOf(), drafts: await endOf(drafts) };
  await tombstones.write(lane(), [`mx-fgr/${gone}`]);
  await stage.send([event(last)]);
  await eventually(
    () => stage.stored(last),
    ({ length }) => length === 1,
  );
  await first.close();
  expect((await stage.stored(gone, kept)).map(({ id }) => id)).toEqual([kept]);
  // Other tests of the run have tombstones in the log too.
  const owedErasures = (await rowsOf('erasures')).filter(({ erases }) =>
    ids.includes(erases.split('/').at(-1)),
  );
  expect(owedErasures).toMatchObject([{ topic, erases: `mx-fgr/${gone}` }]);
  expect(await fileOf()).toEqual(before.file);

  const second = await stage.library();
  await eventually(
    () => rowsOf('erasures'),
    ({ length }) => length === 0,
  );
  expect(await fileOf()).not.toEqual(before.file);
  expect(await definition()).toEqual(before.definition);
  const { rows: sampled } = await stage.database.query(
    `select attname from pg_stats where (schemaname, tablename) = ('library', 'events') and attname in ('id', 'record')`,
  );
  expect(sampled).toEqual([{ attname: 'id' }]);
  expect((await stage.stored(gone, kept)).map(({ id }) => id)).toEqual([kept]);
  expect((await second.ask(`/v1/events/mx-fgr/${gone}`)).status).toBe(404);
  const range = { ...drafts, from: before.drafts, to: await endOf(drafts) };
  const erased: (string | null)[] = [];
  for await (const records of readLane(stage.kafka, 'drafts', range))
    erased.push(...records.map(({ key }) => key));
  expect(erased).toContain(`mx-fgr/${gone}`);
  const owed = (await rowsOf('markers')).map((row) => row.topic);
  expect(owed).toEqual(expect.arrayContaining([topic, draftsTopic]));
  await second.close();
});

test('readers and who applies go on while the table is written anew, and miss nothing', async () => {
  const id = randomUUID();
  const library = await stage.library();
  await stage.whole();
  await stage.send([event(id)]);
  await eventually(
    () => stage.stored(id),
    ({ length }) => length === 1,
  );
  await stage.database.query(`
    insert into library.events select agency, id || '-' || nr, kind, participant, thread, tlp, readers, sponsor, office, ackby, answers, answer, category, facets, starts, ends, accepted,
      topic, partition, "offset", digest, record from library.events, generate_series(1, 20000) as nr where id = '${id}'`);
  let isOver = false;
  let reads = 0;
  const read = async (): Promise<void> => {
    for (; !isOver; reads += 1)
      expect((await library.ask(`/v1/events/mx-fgr/${id}-${1 + (reads % 20_000)}`)).status).toBe(200);
  };
  const readers = Array.from({ length: 4 }, read);
  const published: string[] = [];
  const publish = async (): Promise<void> => {
    while (!isOver) {
      const ids = Array.from({ length: 20 }, () => randomUUID());
      await stage.send(ids.map(event));
      published.push(...ids);
      // Some are taken back while they may be copied.
      await tombstones.write(lane(), [`mx-fgr/${ids[0]}`]);
    }
  };
  const publishing = publish();
  const inTurn = pLimit(1);
  const readsOf: number[] = [];
  for (let times = 0; times < 5; times += 1) {
    const before = reads;
    await asOwner((client) => rewriteEvents(client, inTurn));
    readsOf.push(reads - before);
  }
  isOver = true;
  await publishing;
  const last = randomUUID();
  await stage.send([event(last)]);
  await eventually(
    () => stage.stored(last),
    ({ length }) => length === 1,
  );
  const kept = published.filter((_, nr) => nr % 20 !== 0);
  expect((await stage.stored(...published)).map((row) => row.id).sort()).toEqual(kept.sort());
  await Promise.all(readers);
  // Each reader had at most one under way when the writing began.
  expect(Math.min(...readsOf)).toBeGreaterThan(3 * readers.length);
  const { rows } = await stage.database.query(
    'select count(*)::int as events from library.events where id like $1',
    [`${id}%`],
  );
  expect(rows).toEqual([{ events: 20_001 }]);
  await library.close();
});

test('a lane gets one marker, once its segment may be ended, and none when something newer is there', async () => {
  const [offset = -1] = await stage.send([event(randomUUID())]);
  let since = 0;
  for await (const records of readLane(stage.kafka, 'since', { ...lane(), from: offset, to: offset + 1 }))
    since = records[0]?.timestamp ?? 0;
  const owed = [{ ...lane(), since }];
  const later = await endSegments(stage.kafka, tombstones, owed, 600_000);
  expect(later).toEqual({ done: [], next: expect.any(Number) });
  expect(later.next).toBeGreaterThan(Date.now() + 500_000);

  const before = await endOf(lane());
  await eventually(
    () => endSegments(stage.kafka, tombstones, owed, 200),
    ({ done }) => done.length === 1,
  );
  const after = await endOf(lane());
  expect(after).toBeGreaterThan(before);
  expect(await endSegments(stage.kafka, tombstones, owed, 200)).toEqual({ done: owed, next: undefined });
  expect(await endOf(lane())).toBe(after);
});

test('a role that may not ask for a checkpoint goes on without', async () => {
  const role = `poor_${randomUUID().replaceAll('-', '')}`;
  await stage.database.query(`create role ${role} login password 'poor'`);
  const url = new URL(stage.databaseUrl);
  url.username = role;
  url.password = 'poor';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  expect(await dropWriteAheadLog(client)).toBe(false);
  await client.end();
  await stage.database.query(`drop role ${role}`);
  expect(await asOwner(dropWriteAheadLog)).toBe(true);
});

test('tombstones that the log does not take are told of', async () => {
  const nowhere = { topic: 'puebla.nowhere', partition: 0 };
  await expect(tombstones.write(nowhere, ['mx-fgr/1'])).rejects.toMatchObject({ code: 'kafka-lost' });
  await tombstones.write(lane(), [`mx-fgr/${randomUUID()}`]);
});
