import { randomUUID } from 'node:crypto';
import type { ProblemCode } from '@puebla/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { headersOf, untilPlaced } from '../stream/ways-out.ts';
import { openStream } from '../stream-client.ts';
import { expectProblem, type Json, whenApplied } from './ask.ts';

/** The directory over HTTP: read by all, changed by those whom the rules name, known to every service within seconds. */

const outWithinMs = 5_000;
const directoryRows = 30;

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({
    directory: { topic: `puebla.directory.${randomUUID()}` },
    directoryRows,
  });
});
afterAll(() => exchange.close());

const tokenOf = (agency: string, person?: string): Promise<string> =>
  exchange.token(person === undefined ? agency : `${agency}/${person}`);

const post = async (collection: string, row: unknown, agency: string, person?: string): Promise<Response> =>
  fetch(`${exchange.url}/v1/directory/${collection}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await tokenOf(agency, person)}` },
    body: typeof row === 'string' ? row : JSON.stringify(row),
  });

async function done(answer: Response): Promise<readonly { collection: string; row: Json }[]> {
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
  return JSON.parse(text).items;
}

const get = async (path: string, token?: string): Promise<Response> =>
  fetch(`${exchange.url}${path}`, { headers: headersOf(token) });
/** By its address, once the library has what was published before. */
const statusOf = async (address: string, token: string): Promise<number> =>
  (await whenApplied(() => get(`/v1/events/${address}`, token))).status;
const itemsOf = async (path: string, token?: string): Promise<readonly Json[]> =>
  ((await (await get(path, token)).json()) as { items: Json[] }).items;

/** From now on. */
const term = () => ({ from: new Date().toISOString(), to: null });
const name = { es: 'EJERCICIO', en: 'EXERCISE' };
const focal = 'focal';

test('it begins with the demonstration, every agency with its status and roles', async () => {
  const items = await itemsOf('/v1/agencies');
  expect(items.length).toBeGreaterThan(40);
  expect(items).toContainEqual(
    expect.objectContaining({
      id: 'mx-fgr',
      participant: 'MX',
      status: 'MEMBER',
      roles: ['publisher', 'analyst'],
    }),
  );
});

test('a focal point adds an agency and people to it, who publish and read at once', async () => {
  await done(
    await post('agencies', { id: 'gt-exercise', participant: 'GT', name, ...term() }, 'gt-mp', focal),
  );
  expect(await itemsOf('/v1/agencies')).toContainEqual(expect.objectContaining({ id: 'gt-exercise', name }));
  const person = { agency: 'gt-exercise', id: 'night', roles: ['analyst'], ...term() };
  await done(await post('people', person, 'gt-mp', focal));
  const id = randomUUID();
  const event = { ...exampleEvent('alert', id), tlp: 'AMBER_STRICT', audience: 'mx-fgr' };
  expect((await exchange.post(await tokenOf('gt-exercise'), event)).status).toBe(201);
  expect(await statusOf(`gt-exercise/${id}`, await tokenOf('gt-exercise', 'night'))).toBe(200);
  expect(await statusOf(`gt-exercise/${id}`, await tokenOf('mx-fgr'))).toBe(200);
  expect(await statusOf(`gt-exercise/${id}`, await tokenOf('gt-mp'))).toBe(404);
  const refused = await exchange.post(
    await tokenOf('gt-exercise', 'night'),
    exampleEvent('alert', randomUUID()),
  );
  expect((await expectProblem(refused, 'not-permitted'))['violations']).toMatchObject([
    { rule: 'publish/role' },
  ]);
});

test('a burst of events, accepted in threads, goes by the directory as it was changed', async () => {
  const row = { group: 'EXERCISE_GROUP', status: 'MEMBER', participant: 'BZ', ...term() };
  await done(await post('groups', row, 'ts-office', focal));
  const token = await tokenOf('mx-fgr');
  const events = Array.from({ length: 60 }, () => ({
    ...exampleEvent('alert', randomUUID()),
    tlp: 'AMBER',
    audience: 'EXERCISE_GROUP',
  }));
  const answers = await Promise.all(events.map((event) => exchange.post(token, event)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
});

test('an agency that is ended is out within five seconds, on every way, its open stream too', async () => {
  const row = { id: 'sv-exercise', participant: 'SV', name, ...term() };
  await done(await post('agencies', row, 'sv-fgr', focal));
  const token = await tokenOf('sv-exercise');
  const stream = await openStream(exchange.url, { token });
  await untilPlaced(stream);
  expect((await exchange.post(token, exampleEvent('alert', randomUUID()))).status).toBe(201);
  const began = Date.now();
  await done(await post('agencies', { ...row, to: new Date().toISOString() }, 'sv-fgr', focal));
  await stream.ended;
  expect(Date.now() - began).toBeLessThan(onThisMachine(outWithinMs));
  expect(stream.events.at(-1)?.event).toBe('reader-changed');
  await expectProblem(await exchange.post(token, exampleEvent('alert', randomUUID())), 'agency-unknown');
  for (const path of ['/v1/events', '/v1/events/stream', '/v1/events/mx-fgr/none'])
    await expectProblem(await get(path, token), 'agency-unknown');
});

test('an operator is whom the Secretariat has made one: he sees what is stuck, and all figures', async () => {
  const row = (agency: string) => ({ agency, id: 'engineer', roles: ['analyst', 'operator'], ...term() });
  const refused = await expectProblem(await post('people', row('mx-fgr'), 'mx-fgr', focal), 'not-permitted');
  expect(refused['violations']).toMatchObject([{ pointer: '/roles', rule: 'directory/operator' }]);
  await done(await post('people', row('ts-office'), 'ts-office', focal));
  const operator = await tokenOf('ts-office', 'engineer');
  for (const path of ['/metrics', '/v1/dead']) {
    expect((await get(path, operator)).status).toBe(200);
    // A token says who asks, also on the machine itself.
    for (const other of [await tokenOf('ts-office', focal), await tokenOf('mx-fgr')])
      await expectProblem(await get(path, other), 'not-found');
    await expectProblem(await get(path, `${operator}x`), 'token-invalid');
    expect((await get(path)).status).toBe(200);
  }
  expect(await (await get('/readyz', operator)).text()).toMatch(/^ok directory: \d+ agencies/m);
  expect(await (await get('/readyz', await tokenOf('mx-fgr'))).text()).toMatch(/^ok directory$/m);
});

test('an office is handed over in one step: the holder before ends where the next begins', async () => {
  const from = new Date().toISOString();
  const row = { office: 'PRESIDENCY', agency: 'hn-inm', from, to: null };
  const written = await done(await post('offices', row, 'ts-office', focal));
  expect(written.map(({ row: { agency, to } }) => [agency, to])).toEqual([
    ['ppt-office', from],
    ['hn-inm', null],
  ]);
  const rows = await itemsOf('/v1/directory/offices', await tokenOf('mx-fgr'));
  expect(rows.filter(({ office, to }) => office === 'PRESIDENCY' && to === null)).toHaveLength(1);
});

test('a planned row is withdrawn: it is on record, and he whom it would have ended goes on', async () => {
  const [holder] = (await itemsOf('/v1/directory/offices', await tokenOf('mx-fgr'))).filter(
    ({ office, to }) => office === 'PRESIDENCY' && to === null,
  );
  const planned = { office: 'PRESIDENCY', agency: 'gt-mp', from: '2100-01-01T00:00:00Z', to: null };
  await done(await post('offices', planned, 'ts-office', focal));
  const withdrawn = { ...planned, to: new Date().toISOString() };
  const written = await done(await post('offices', withdrawn, 'ts-office', focal));
  expect(written.map(({ row }) => row)).toEqual([holder, expect.objectContaining({ agency: 'gt-mp' })]);
  expect(await done(await post('offices', withdrawn, 'ts-office', focal))).toEqual([]);
  const again = await expectProblem(await post('offices', planned, 'ts-office', focal), 'invalid');
  expect(again['violations']).toMatchObject([{ rule: 'directory/ended' }]);
});

describe('what is refused', () => {
  const agency = { id: 'mx-exercise', participant: 'MX', name };
  const refusals: readonly (readonly [
    string,
    string,
    () => unknown,
    string,
    string | undefined,
    ProblemCode,
    string,
  ])[] = [
    [
      'a system',
      'agencies',
      () => ({ ...agency, ...term() }),
      'mx-fgr',
      undefined,
      'not-permitted',
      'directory/not-yours',
    ],
    [
      'a person without the role',
      'agencies',
      () => ({ ...agency, ...term() }),
      'mx-fgr',
      'duty',
      'not-permitted',
      'directory/not-yours',
    ],
    [
      'another participant',
      'agencies',
      () => ({ ...agency, ...term() }),
      'gt-mp',
      focal,
      'not-permitted',
      'directory/not-yours',
    ],
    [
      'the Secretariat, where there is a focal point',
      'people',
      () => ({ agency: 'mx-fgr', id: 'x', roles: ['focal'], ...term() }),
      'ts-office',
      focal,
      'not-permitted',
      'directory/not-yours',
    ],
    [
      'an office by who does not hold the Secretariat',
      'offices',
      () => ({ office: 'SECRETARIAT', agency: 'mx-fgr', ...term() }),
      'mx-fgr',
      focal,
      'not-permitted',
      'directory/not-yours',
    ],
    [
      'an agency under the name of another participant',
      'agencies',
      () => ({ ...agency, id: 'gt-exercise2', ...term() }),
      'mx-fgr',
      focal,
      'invalid',
      'directory/agency-id',
    ],
    [
      'what begins in the past',
      'agencies',
      () => ({ ...agency, from: '2020-01-01T00:00:00Z', to: null }),
      'mx-fgr',
      focal,
      'invalid',
      'directory/past',
    ],
    [
      'what ends before it begins',
      'agencies',
      () => ({ ...agency, from: '2100-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }),
      'mx-fgr',
      focal,
      'invalid',
      'period',
    ],
    [
      'a name of a person as a post',
      'people',
      () => ({ agency: 'mx-fgr', id: 'María', roles: ['analyst'], ...term() }),
      'mx-fgr',
      focal,
      'invalid',
      'directory/person-id',
    ],
    [
      'a group of two statuses',
      'groups',
      () => ({ group: 'CA4', status: 'MEMBER', participant: 'CO', ...term() }),
      'ts-office',
      focal,
      'invalid',
      'directory/mixed-group',
    ],
    [
      'a sponsor that is no member',
      'sponsorships',
      () => ({ sponsor: 'co-fgn', sponsored: 'rncom-network', ...term() }),
      'ts-office',
      focal,
      'invalid',
      'directory/unknown',
    ],
    [
      'a sponsor that makes itself one',
      'sponsorships',
      () => ({ sponsor: 'cr-oij', sponsored: 'rncom-network', ...term() }),
      'cr-oij',
      focal,
      'not-permitted',
      'directory/not-yours',
    ],
    [
      'a field that there is not',
      'agencies',
      () => ({ ...agency, ...term(), note: 'x' }),
      'mx-fgr',
      focal,
      'invalid',
      'unknown-field',
    ],
  ];
  test.each(refusals)('%s', async (_name, collection, row, by, person, code, rule) => {
    const problem = await expectProblem(await post(collection, row(), by, person), code);
    expect(problem['violations']).toContainEqual(expect.objectContaining({ rule }));
  });

  test('more rows of one participant than a collection takes', async () => {
    const row = (index: number) => ({ id: `us-exercise${index}`, participant: 'US', name, ...term() });
    const path = '/v1/directory/agencies';
    const held = (await itemsOf(path, await tokenOf('us-state'))).filter(
      ({ participant }) => participant === 'US',
    );
    for (let index = held.length; index < directoryRows; index += 1)
      await done(await post('agencies', row(index), 'us-state', focal));
    const problem = await expectProblem(await post('agencies', row(0), 'us-state', focal), 'invalid');
    expect(problem['violations']).toMatchObject([{ pointer: '', rule: 'directory/full' }]);
    await done(
      await post(
        'people',
        { agency: 'us-state', id: 'night', roles: ['analyst'], ...term() },
        'us-state',
        focal,
      ),
    );
  });

  test('bodies that are none, and places that are none', async () => {
    await expectProblem(await post('agencies', '{', 'mx-fgr', focal), 'bad-json');
    await expectProblem(
      await post('agencies', JSON.stringify({ id: 'x'.repeat(20_000) }), 'mx-fgr', focal),
      'too-large',
    );
    await expectProblem(await post('nothing', {}, 'mx-fgr', focal), 'not-found');
    await expectProblem(await post('agencies', [], 'mx-none', focal), 'agency-unknown');
    await expectProblem(await post('agencies', {}, 'mx-fgr', 'nobody'), 'person-unknown');
    await expectProblem(await get('/v1/directory/agencies'), 'token-required');
  });

  test('people are shown to focal points of their participant and of the Secretariat', async () => {
    const own = await itemsOf('/v1/directory/people', await tokenOf('mx-fgr', focal));
    expect(own.length).toBeGreaterThan(5);
    expect(own.every(({ agency: of }) => String(of).startsWith('mx-'))).toBe(true);
    const all = await itemsOf('/v1/directory/people', await tokenOf('ts-office', focal));
    expect(all.length).toBeGreaterThan(own.length);
    await expectProblem(await get('/v1/directory/people', await tokenOf('mx-fgr')), 'not-permitted');
  });

  test('a clearance by a focal point who has just been made one', async () => {
    const second = { agency: 'gt-mp', id: 'second', roles: ['focal'], ...term() };
    await done(await post('people', second, 'gt-mp', focal));
    const row = { agency: 'gt-mp', person: 'duty', ...term() };
    await done(await post('clearances', row, 'gt-mp', focal));
    const refused = await expectProblem(await post('clearances', row, 'gt-mp', 'second'), 'not-permitted');
    expect(refused['violations']).toMatchObject([{ rule: 'directory/new-focal' }]);
    const path = '/v1/directory/clearances';
    expect(await itemsOf(path, await tokenOf('gt-mp', 'second'))).toEqual([{ ...row, by: ['gt-mp/focal'] }]);
  });

  test('who is cleared is shown to focal points of his participant alone', async () => {
    const row = { agency: 'mx-fgr', person: 'duty', ...term() };
    await done(await post('clearances', row, 'mx-fgr', focal));
    const path = '/v1/directory/clearances';
    const items = await itemsOf(path, await tokenOf('mx-inm', focal));
    expect(items).toEqual([{ ...row, by: ['mx-fgr/focal'] }]);
    for (const agency of ['hn-inm', 'ts-office'])
      expect(await itemsOf(path, await tokenOf(agency, focal))).toEqual([]);
    for (const person of [undefined, 'duty'])
      await expectProblem(await get(path, await tokenOf('mx-fgr', person)), 'not-permitted');
  });
});

test('it is the same after a restart: the topic is its memory', async () => {
  const before = await itemsOf('/v1/agencies');
  expect(before).toContainEqual(expect.objectContaining({ id: 'gt-exercise' }));
  await exchange.restart();
  expect(await itemsOf('/v1/agencies')).toEqual(before);
});
