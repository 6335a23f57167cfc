import { randomUUID } from 'node:crypto';
import { toResent } from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventRecord, eventually, openStage, type RunningLibrary, type Stage, usualTlp } from './stage.ts';
import { viewState } from './view.ts';

let stage: Stage;
let library: RunningLibrary;

beforeAll(async () => {
  stage = await openStage(process.env);
  library = await stage.library();
  await stage.whole();
});
afterAll(async () => {
  await stage?.close();
});

const applied = (...ids: string[]) =>
  eventually(
    () => stage.stored(...ids),
    ({ length }) => length >= ids.length,
  );

test('an event of every kind is in the view once, as readers get it', async () => {
  for (const kind of catalogue) {
    const { name, topic } = kind;
    const tlp = usualTlp(kind);
    const id = randomUUID();
    const [offset] = await stage.send([eventRecord(stage.codec, { id, kind: name })]);
    const rows = await applied(id);
    expect(rows).toHaveLength(1);
    const [row] = rows;
    expect(row).toMatchObject({
      agency: 'mx-fgr',
      participant: 'MX',
      kind: name,
      tlp,
      thread: null,
    });
    expect(row).toMatchObject({ topic, offset: String(offset) });
    expect(row?.event).toMatchObject({
      specversion: '1.0',
      id,
      source: 'mx-fgr',
      type: name,
      participant: 'MX',
      tlp,
      datacontenttype: 'application/json',
      recordedtime: row?.accepted.toISOString(),
      data: expect.any(Object),
    });
  }
});

test('a twin that was sent again changes nothing', async () => {
  const id = randomUUID();
  const first = eventRecord(stage.codec, { id });
  const [offset = 0] = await stage.send([first]);
  await applied(id);
  const after = randomUUID();
  await stage.send([toResent(first, offset), eventRecord(stage.codec, { id: after })]);
  await applied(after);
  expect(await stage.stored(id)).toMatchObject([{ offset: String(offset) }]);
});

test('twins in one batch are one event, the first', async () => {
  const id = randomUUID();
  const first = eventRecord(stage.codec, { id });
  const [offset = 0] = await stage.send([first, toResent(first, 0)]);
  await applied(id);
  expect(await stage.stored(id)).toMatchObject([{ offset: String(offset) }]);
});

test.each([true, false])(
  'one identity with two bodies: the later offset wins (one batch: %s)',
  async (together) => {
    const id = randomUUID();
    const bodies = ['one', 'two', 'three'].map((words) => eventRecord(stage.codec, { id, words }));
    const offsets: number[] = [];
    if (together) offsets.push(...(await stage.send(bodies)));
    else for (const body of bodies) offsets.push(...(await stage.send([body])));
    const [row] = await eventually(
      () => stage.stored(id),
      (rows) => rows[0]?.digest === bodies[2]?.digest,
    );
    expect(row?.offset).toBe(String(offsets[2]));
    expect(JSON.stringify(row?.event)).toContain('EXERCISE three');
  },
);

test('the same id of two agencies is two events', async () => {
  const id = randomUUID();
  await stage.send([eventRecord(stage.codec, { id }), eventRecord(stage.codec, { id, agency: 'gt-mp' })]);
  const rows = await eventually(
    () => stage.stored(id),
    ({ length }) => length === 2,
  );
  expect(rows.map(({ agency }) => agency).sort()).toEqual(['gt-mp', 'mx-fgr']);
});

test('a new start goes on from the stored positions', async () => {
  const before = randomUUID();
  await stage.send([eventRecord(stage.codec, { id: before })]);
  await applied(before);
  await library.close();
  const { epoch } = await viewState(stage.database);
  // What was applied is not looked at again: a row that is taken away stays away.
  await stage.database.query('delete from library.events where id = $1', [before]);
  const meanwhile = Array.from({ length: 50 }, () => randomUUID());
  await stage.send(meanwhile.map((id) => eventRecord(stage.codec, { id })));
  library = await stage.library();
  expect(await applied(...meanwhile)).toHaveLength(50);
  expect(await stage.stored(before)).toHaveLength(0);
  expect((await viewState(stage.database)).epoch).toBe(epoch);
});

test('of two instances one applies, the other serves reads and takes over', async () => {
  const second = await stage.library();
  const details = async () =>
    (await second.service.checks()).map(({ ok, detail }) => `${ok} ${detail}`).join();
  await eventually(details, (text) => text.includes('another instance applies'));
  expect(await details()).not.toContain('false');
  const id = randomUUID();
  await stage.send([eventRecord(stage.codec, { id })]);
  expect((await second.ask(`/v1/events/mx-fgr/${id}`)).status).toBe(200);
  await library.close();
  await eventually(details, (text) => text.includes('follows the log'));
  library = second;
  const next = randomUUID();
  await stage.send([eventRecord(stage.codec, { id: next })]);
  expect((await second.ask(`/v1/events/mx-fgr/${next}`)).status).toBe(200);
});
