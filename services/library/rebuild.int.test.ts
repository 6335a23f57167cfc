import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventRecord, eventually, openStage, type RunningLibrary, type Stage } from './stage.ts';
import { progressOf, viewState } from './view.ts';

let stage: Stage;
let library: RunningLibrary;

beforeAll(async () => {
  stage = await openStage(process.env);
  library = await stage.library();
  const twice = randomUUID();
  await stage.send([
    ...Array.from({ length: 300 }, () => eventRecord(stage.codec)),
    eventRecord(stage.codec, { id: twice, words: 'one' }),
    eventRecord(stage.codec, { id: twice, words: 'two' }),
  ]);
  await stage.whole();
  expect((await library.ask(`/v1/events/mx-fgr/${twice}`)).status).toBe(200);
});
afterAll(async () => {
  await stage?.close();
});

const rebuild = (as?: string) =>
  library.ask('/v1/library/rebuild', { method: 'POST', ...(as === undefined ? {} : { as }) });

test('is for the Technical Secretariat alone', async () => {
  expect((await rebuild()).status).toBe(401);
  const refused = await rebuild('mx-fgr');
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    code: 'not-permitted',
    detail: expect.stringContaining('Technical Secretariat'),
  });
});

test('empties and fills again: the same rows, with progress to the last record', async () => {
  const { epoch, applied } = await viewState(stage.database);
  const before = await stage.content(applied);
  const answer = await rebuild('ts-office');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
  const text = (await answer.text()).trim();
  const lines = text.split('\n').map((line) => JSON.parse(line));
  const state = await viewState(stage.database);
  expect(state).toMatchObject({ epoch: epoch + 1, whole: true });
  const { total } = progressOf(state);
  expect(lines.at(-1)).toEqual({ done: true, applied: total });
  for (const line of lines.slice(0, -1)) expect(line).toEqual({ applied: expect.any(Number), total });
  expect(before.events).toBeGreaterThan(300);
  expect(await stage.content(applied)).toEqual(before);
});

test('asked for at two instances at once, both begin it or join it, and are told the end', async () => {
  const second = await stage.library();
  const { epoch } = await viewState(stage.database);
  const asked = [
    second.ask('/v1/library/rebuild', { method: 'POST', as: 'ts-office' }),
    rebuild('ts-office'),
  ];
  const texts = await Promise.all(asked.map(async (answer) => (await answer).text()));
  for (const text of texts) expect(text).toMatch(/\{"done":true,"applied":\d+\}\n$/);
  expect((await viewState(stage.database)).epoch).toBeGreaterThan(epoch);
  await second.close();
});

test('while the view is being filled, nothing is said not to exist', async () => {
  const id = randomUUID();
  await stage.send([eventRecord(stage.codec, { id })]);
  expect((await library.ask(`/v1/events/mx-fgr/${id}`)).status).toBe(200);
  await stage.database.query('update library.view set whole = false');
  const answer = await library.askOnce(`/v1/events/mx-fgr/${randomUUID()}`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(await answer.json()).toMatchObject({ code: 'unavailable', reason: 'rebuilding' });
  expect((await library.ask(`/v1/events/mx-fgr/${id}`)).status).toBe(200);
  await stage.database.query('update library.view set whole = true');
  expect((await library.ask(`/v1/events/mx-fgr/${randomUUID()}`)).status).toBe(404);
});

test.each([
  ['other tables', 'version = -1'],
  ['another cluster', `cluster = 'another'`],
])('%s: the view is thrown away and filled again', async (_, change) => {
  await library.close();
  const { applied } = await viewState(stage.database);
  const before = await stage.content(applied);
  await stage.database.query(`update library.view set ${change}`);
  await stage.database.query(`insert into library.events
      select (jsonb_populate_record(one, '{"id": "not-in-the-log"}')).* from library.events as one limit 1`);
  // Of a log that is not this one.
  await stage.database.query(`insert into library.erasures
      select topic, partition, agency || '/' || id, 1e15 from library.events where agency = 'mx-fgr'`);
  library = await stage.library();
  await eventually(
    async () => (await stage.stored('not-in-the-log')).length,
    (rows) => rows === 0,
  );
  await stage.whole();
  await stage.settled();
  expect(await stage.content(applied)).toEqual(before);
});

test.each([
  ['statistics', 'events'],
  ['acknowledgements', 'events'],
  ['audit', 'audit'],
])('emptied while it is read: %s does not say that there is nothing', async (path, table) => {
  const holder = await stage.database.connect();
  const waiting = (application: string) =>
    eventually(
      () =>
        stage.database.query(
          `select from pg_stat_activity
           where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
          [application],
        ),
      ({ rowCount }) => rowCount === 1,
    );
  await eventually(
    () => viewState(stage.database),
    ({ whole }) => whole,
  );
  await holder.query(`begin; lock table library.${table} in access exclusive mode`);
  const rebuilt = rebuild('ts-office');
  await waiting('puebla-library-apply');
  const asked = library.askOnce(`/v1/${path}`, { as: 'ts-office' });
  await waiting('puebla-library-read');
  await holder.query('commit');
  holder.release();
  const answer = await asked;
  expect([answer.status, await answer.json()]).toEqual([
    503,
    expect.objectContaining({ reason: 'rebuilding' }),
  ]);
  expect(await (await rebuilt).text()).toContain('"done":true');
});

test('what was still to be written when the view was emptied takes it no further', async () => {
  await library.close();
  const { threads } = stage;
  const written = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  library = await stage.library({
    threads: {
      ...threads,
      async write(changes) {
        await threads.write(changes);
        written.resolve();
        await release.promise;
      },
    },
  });
  await stage.whole();
  const id = randomUUID();
  const { epoch, applied } = await viewState(stage.database);
  const before = await stage.content(applied);
  await stage.send([eventRecord(stage.codec, { id, thread: `mx-fgr/${randomUUID()}` })]);
  await written.promise;
  const asked = library.askOnce('/v1/library/rebuild', { method: 'POST', as: 'ts-office' });
  await Promise.race([
    asked,
    eventually(
      () => viewState(stage.database),
      (state) => state.epoch > epoch,
    ),
  ]);
  release.resolve();
  await (await asked).text();
  await eventually(
    () => stage.stored(id),
    ({ length }) => length === 1,
  );
  await stage.whole();
  expect(await stage.content(applied)).toEqual(before);
});
