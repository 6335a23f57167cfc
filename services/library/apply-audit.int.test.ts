import { randomUUID } from 'node:crypto';
import { auditTopic, type EventRecord, encodeRecord } from '@puebla/kit';
import { type AuditEntry, participantOf } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openStage, type RunningLibrary, type Stage } from './stage.ts';
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

const partition = participantOf('RCGM')?.lane ?? -1;

function entry(more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: randomUUID(),
    time: '2026-05-01T12:00:00.123Z',
    what: 'directory',
    agency: 'rcgm-exercise',
    ...more,
  };
}
/** A record of the audit's lane, of whatever value. */
function recordOf(value: unknown): EventRecord {
  const bytes =
    value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return {
    identity: '',
    digest: '',
    record: { topic: auditTopic, partition, content: encodeRecord(null, bytes, []) },
  };
}
async function stored(...ids: readonly string[]): Promise<Record<string, unknown>[]> {
  const text = 'select id, lane, agency, what, event, time, entry from library.audit where id = any($1)';
  return (await stage.database.query(text, [ids])).rows;
}
const applied = (...ids: readonly string[]) =>
  eventually(
    () => stored(...ids),
    ({ length }) => length >= ids.length,
  );

test('an entry is in the view as it stands in the log, in the lane in which it stands', async () => {
  const one = entry({ what: 'read', event: '/v1/events/mx-fgr/e-1', person: 'duty' });
  await stage.send([recordOf(one)]);
  expect(await applied(one.id)).toEqual([
    {
      id: one.id,
      lane: partition,
      agency: 'rcgm-exercise',
      what: 'read',
      event: '/v1/events/mx-fgr/e-1',
      time: String(Date.UTC(2026, 4, 1, 12, 0, 0, 123)),
      entry: JSON.stringify(one),
    },
  ]);
});

test('what was written twice is there once, in one batch and later', async () => {
  const twice = entry();
  await stage.send([recordOf(twice), recordOf(twice)]);
  const after = entry();
  await stage.send([recordOf(twice), recordOf(after)]);
  expect(await applied(twice.id, after.id)).toHaveLength(2);
});

test('what is no entry stops nothing: the lane goes on', async () => {
  const rubbish = [null, '', 'no JSON', [], { ...entry(), what: 'slept' }, { ...entry(), id: 'x' }, '\u0000'];
  const after = entry({ key: 'text with \u0000 in it' });
  await stage.send([...rubbish, after].map(recordOf));
  expect(await applied(after.id)).toHaveLength(1);
});

test('thousands at once are applied, and a new start goes on from the stored positions', async () => {
  const many = Array.from({ length: 2_500 }, () => entry());
  await stage.send(many.map(recordOf));
  const ids = many.map(({ id }) => id);
  await applied(...ids);
  await library.close();
  const { epoch } = await viewState(stage.database);
  // What was applied is not looked at again: a row that is taken away stays away.
  await stage.database.query('delete from library.audit where id = $1', [ids[0]]);
  const meanwhile = entry();
  await stage.send([recordOf(meanwhile)]);
  library = await stage.library();
  await applied(meanwhile.id);
  expect(await stored(ids[0] ?? '')).toEqual([]);
  expect((await viewState(stage.database)).epoch).toBe(epoch);
});

test('a rebuild fills it again', async () => {
  const one = entry();
  await stage.send([recordOf(one)]);
  await applied(one.id);
  const [before] = await stored(one.id);
  await stage.database.query('delete from library.audit');
  const answer = await library.ask('/v1/library/rebuild', { method: 'POST', as: 'ts-office' });
  expect(await answer.text()).toContain('"done":true');
  expect(await stored(one.id)).toEqual([before]);
});

test('entries in any number are told without leaving a listener behind each time', async () => {
  const count = 15_500;
  await stage.database.query(
    `insert into library.audit (id, lane, agency, what, time, entry)
     select gen_random_uuid(), $1, 'rcgm-exercise', 'directory', nr, '{"nr":' || nr || '}' || repeat(' ', 500)
     from generate_series(1, $2::int) as nr`,
    [partition, count],
  );
  const warned: string[] = [];
  const note = ({ name }: Error): void => void warned.push(name);
  process.on('warning', note);
  const answer = await library.ask('/v1/audit?to=1970-01-01', { as: 'ts-office' });
  const lines = (await answer.text()).split('\n').map((line) => line.trimEnd());
  process.off('warning', note);
  expect(lines).toEqual([...Array.from({ length: count }, (_, nr) => `{"nr":${nr + 1}}`), '']);
  expect(warned).not.toContain('MaxListenersExceededWarning');
});
