import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKafka, ends } from '@puebla/kit';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventRecord, eventually, openStage, type RunningLibrary, type Stage } from './stage.ts';
import { openWay, startDatabase, type Way } from './stage-database.ts';
import { viewState } from './view.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage(process.env);
});
afterAll(async () => {
  await stage?.close();
  for (const remove of leftovers) await remove();
});

/** Ended after the library, also when a test fails. */
const leftovers: (() => Promise<void>)[] = [];
const newWay = async (url: string): Promise<Way> => {
  const way = await openWay(url);
  leftovers.push(way.close);
  return way;
};

const details = async ({ service }: RunningLibrary) =>
  (await service.checks())
    .map(({ name, ok, detail }) => `${ok ? 'ok' : 'failed'} ${name}: ${detail}`)
    .join('\n');

/** Publishes in pieces, as agencies do, and returns the ids. */
async function publish(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (let at = 0; at < count; at += 100) {
    await stage.send(ids.slice(at, at + 100).map((id) => eventRecord(stage.codec, { id })));
  }
  return ids;
}

/** Waits until the view has caught up, and holds it against what was published. */
async function expectWhole(database: pg.Pool, ids: readonly string[]): Promise<void> {
  const target = await ends(stage.kafka, ['puebla.alert']);
  await eventually(
    async () => (await viewState(database).catch(() => undefined))?.applied['puebla.alert'] ?? [],
    (applied) => (target['puebla.alert'] ?? []).every((end, lane) => (applied[lane] ?? 0) >= end),
  );
  const { rows } = await database.query<{ id: string; times: number }>(
    'select id, count(*)::int as times from library.events where id = any($1) group by id',
    [ids],
  );
  expect(rows.filter(({ times }) => times !== 1)).toEqual([]);
  expect(rows.length).toBe(ids.length);
}

test('connections that break at every step of the protocol: each event once, none lost', async () => {
  const way = await newWay(stage.databaseUrl);
  const library = await stage.library({ databaseUrl: way.url });
  await stage.whole();
  way.breakAt(0.05);
  const ids = await publish(3_000);
  await sleep(1_000);
  way.breakAt(0);
  await expectWhole(stage.database, ids);
  await library.close();
});

test('sessions that the server ends: each event once, none lost', async () => {
  const library = await stage.library();
  await stage.whole();
  const publishing = publish(6_000);
  let done = false;
  publishing.finally(() => {
    done = true;
  });
  while (!done) {
    await sleep(Math.random() * 60);
    await stage.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'puebla-library-apply'`,
    );
  }
  await expectWhole(stage.database, await publishing);
  await library.close();
});

test('a database that falls silent: reads are told to come back, and it goes on by itself', async () => {
  const way = await newWay(stage.databaseUrl);
  const library = await stage.library({ databaseUrl: way.url });
  await eventually(
    () => details(library),
    (text) => text.includes('follows the log'),
  );
  const [id = ''] = await publish(1);
  expect((await library.ask(`/v1/events/mx-fgr/${id}`)).status).toBe(200);
  way.silence(true);
  const ids = await publish(50);
  const begun = performance.now();
  const answer = await library.askOnce(`/v1/events/mx-fgr/${id}`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(performance.now() - begun).toBeLessThan(20_000);
  expect(await details(library)).toContain('failed database');
  await eventually(
    () => details(library),
    (text) => text.includes('failed library'),
  );
  way.silence(false);
  await expectWhole(stage.database, ids);
  await eventually(
    () => details(library),
    (text) => !text.includes('failed'),
  );
  expect((await library.ask(`/v1/events/mx-fgr/${id}`)).status).toBe(200);
  await library.close();
});

test('while the database is silent, it still stops in time', async () => {
  const way = await newWay(stage.databaseUrl);
  const library = await stage.library({ databaseUrl: way.url });
  await eventually(
    () => details(library),
    (text) => text.includes('follows the log'),
  );
  way.silence(true);
  await publish(3);
  await sleep(200);
  const begun = performance.now();
  await library.close();
  expect(performance.now() - begun).toBeLessThan(20_000);
});

test('a log that cannot be reached for a while: health says so, and it goes on by itself', async () => {
  const [broker = ''] = stage.kafka.options.brokers;
  const way = await newWay(`kafka://${broker}`);
  const { hostname: host, port } = new URL(way.url);
  const kafka = connectKafka({
    brokers: [`${host}:${port}`],
    clientId: 'library-test-way',
    via: () => ({ host, port: Number(port) }),
  });
  leftovers.push(async () => kafka.close());
  const library = await stage.library({ kafka });
  await eventually(
    () => details(library),
    (text) => text.includes('follows the log'),
  );
  way.silence(true);
  const ids = await publish(50);
  await eventually(
    () => details(library),
    (text) => text.includes('failed library'),
  );
  expect((await library.askOnce(`/v1/events/mx-fgr/${ids[0]}`)).status).toBe(503);
  way.silence(false);
  await expectWhole(stage.database, ids);
  await eventually(
    () => details(library),
    (text) => !text.includes('failed'),
  );
  await library.close();
});

test('a database that is not there at first, is stopped, and crashes: all of it is made good by itself', async () => {
  const server = await startDatabase();
  leftovers.push(server.remove);
  const database = new pg.Pool({ connectionString: server.url, max: 1, connectionTimeoutMillis: 1_000 });
  database.on('error', () => {});
  leftovers.unshift(() => database.end());
  await server.stop();

  const library = await stage.library({ databaseUrl: server.url });
  const before = await publish(200);
  expect((await library.askOnce(`/v1/events/mx-fgr/${before[0]}`)).status).toBe(503);
  expect(await details(library)).toMatch(/failed database: [\s\S]*failed library: /);
  await server.start();
  await expectWhole(database, before);
  expect((await library.ask(`/v1/events/mx-fgr/${before[0]}`)).status).toBe(200);

  await server.stop();
  const meanwhile = await publish(200);
  expect((await library.askOnce(`/v1/events/mx-fgr/${meanwhile[0]}`)).status).toBe(503);
  await server.start();
  await expectWhole(database, [...before, ...meanwhile]);

  const late: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const publishing = publish(2_000);
    await sleep(100 + Math.random() * 200);
    await server.crash();
    await server.start();
    late.push(...(await publishing));
  }
  await expectWhole(database, [...before, ...meanwhile, ...late]);
  await eventually(
    () => details(library),
    (text) => !text.includes('failed'),
  );
  await library.close();
});
