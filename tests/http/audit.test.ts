import { randomUUID } from 'node:crypto';
import {
  auditTopic,
  connectKafka,
  demoAudience,
  demoIssuer,
  ends,
  mintToken,
  offsetOf,
  readLane,
} from '@puebla/kit';
import { type AuditEntry, demonstrationRegister, laneCount } from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { type FaultProxy, startFaultProxy } from '../../services/kit/kafka/fault-proxy.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { randomWord } from '../random-word.ts';
import { headersOf, pageOf, untilPlaced } from '../stream/ways-out.ts';
import { has, openStream } from '../stream-client.ts';
import { expectProblem, type Json, linesOf, parseLines, types, uploadLines, whenApplied } from './ask.ts';

/** Who published, got, opened, was refused, changed the directory: told to those whom it concerns, without a word of any event. */

let proxy: FaultProxy;
let exchange: TestExchange;
beforeAll(async () => {
  const [host = '', port = ''] = testStack().kafka.split(':');
  proxy = await startFaultProxy({ host, port: Number(port) });
  exchange = await startTestExchange({
    via: () => proxy.address,
    directory: { topic: `puebla.directory.${randomUUID()}` },
  });
});
afterAll(async () => {
  proxy.heal();
  await exchange.close();
  await proxy.close();
});

/** @param who an agency, or `<agency>/<person>` */
function tokenOf(who: string): Promise<string> {
  const [agency = '', person] = who.split('/');
  const named = person === undefined ? {} : { person };
  const token = { home: exchange.home, agency, issuer: demoIssuer, audience: demoAudience, ttlSeconds: 900 };
  return mintToken({ ...token, ...named });
}
const get = async (path: string, who?: string): Promise<Response> =>
  fetch(`${exchange.url}${path}`, { headers: headersOf(who === undefined ? undefined : await tokenOf(who)) });

async function publish(who: string, marking: Json, id: string = randomUUID()): Promise<string> {
  const answer = await exchange.post(await tokenOf(who), { ...exampleEvent('alert', id), ...marking });
  expect([answer.status, answer.status === 201 ? '' : await answer.text()]).toEqual([201, '']);
  return `/v1/events/${who.split('/')[0]}/${id}`;
}
async function change(collection: string, row: Json, by: string): Promise<void> {
  const answer = await fetch(`${exchange.url}/v1/directory/${collection}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await tokenOf(by)}` },
    body: JSON.stringify(row),
  });
  expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, '']);
}
const addPerson = (agency: string, id: string, roles: readonly string[]): Promise<void> =>
  change('people', { agency, id, roles, from: new Date().toISOString(), to: null }, `${agency}/focal`);

const amber = { tlp: 'AMBER', audience: 'GT,sv-fgr' };
const strict = { tlp: 'AMBER_STRICT', audience: 'gt-mp,sv-fgr' };

async function auditOf(who: string, query: Record<string, string>): Promise<AuditEntry[]> {
  const answer = await whenApplied(() => get(`/v1/audit?${new URLSearchParams(query)}`, who));
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
  expect(answer.headers.get('content-type')).toBe(types.lines);
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  return parseLines(text) as unknown as AuditEntry[];
}

/** Entries are written some 200 ms after what they tell of. */
async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`not in time: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const entriesOf = (who: string, query: Record<string, string>, count = 1): Promise<AuditEntry[]> =>
  until(
    () => auditOf(who, query),
    ({ length }) => length >= count,
  );

interface Access {
  readonly agency: string;
  readonly participant: string;
  readonly may: boolean;
  readonly delivered: string | null;
  readonly opened: string | null;
}
async function accessOf(address: string, who: string): Promise<readonly Access[]> {
  const answer = await whenApplied(() => get(`${address}/access`, who));
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
  return JSON.parse(text).agencies;
}
const open = async (address: string, who: string): Promise<number> =>
  (await whenApplied(() => get(address, who))).status;

/** Who was given what by a page of what was accepted from now on. */
async function pageSince(since: string, who: string): Promise<void> {
  await pageOf(exchange, { token: await tokenOf(who), query: `since=${since}&limit=1000` });
}

describe('each act has its entry', () => {
  test('published, at AMBER and above, with who acted and whom it is for; CLEAR and GREEN are not told of', async () => {
    const event = await publish('mx-fgr', amber);
    const byPerson = await publish('mx-fgr/duty', strict);
    const green = await publish('mx-fgr', { tlp: 'GREEN' });
    const found = await entriesOf('mx-fgr', { event: [event, byPerson, green].join() }, 2);
    expect(found).toEqual([
      {
        id: expect.any(String),
        time: expect.any(String),
        what: 'published',
        agency: 'mx-fgr',
        event,
        kind: 'alert',
        tlp: 'AMBER',
        readers: 'GT,sv-fgr',
      },
      expect.objectContaining({ agency: 'mx-fgr', person: 'duty', event: byPerson, readers: 'gt-mp,sv-fgr' }),
    ]);
  });

  test('a second signature, given or not, with who gave it; and then what is published, by its author', async () => {
    const id = randomUUID();
    const decision = exampleEvent('decision', id, { step: 'RECOMMENDED', references: [], followUp: null });
    const send = async (): Promise<string> => {
      const answer = await exchange.post(await tokenOf('ppt-office/duty'), { ...decision, tlp: 'AMBER' });
      expect(answer.status).toBe(202);
      return String(((await answer.json()) as Json)['draft']);
    };
    const settle = async (draft: string, what: string, body: Json = {}): Promise<number> => {
      const headers = { ...headersOf(await tokenOf('ppt-office/releaser')), 'Content-Type': types.json };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${exchange.url}${draft}/${what}`, init)).status;
    };
    expect(await settle(await send(), 'return', { reason: 'EXERCISE' })).toBe(200);
    expect(await settle(await send(), 'sign')).toBe(201);
    const event = `/v1/events/ppt-office/${id}`;
    const found = await entriesOf('ppt-office', { event }, 3);
    const of = { agency: 'ppt-office', kind: 'decision', event };
    expect(found.map(({ what }) => what).sort()).toEqual(['published', 'returned', 'signed']);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...of, what: 'returned', person: 'releaser' }),
        expect.objectContaining({ ...of, what: 'published', person: 'duty', tlp: 'AMBER' }),
        expect.objectContaining({ ...of, what: 'signed', person: 'releaser' }),
      ]),
    );
    expect(JSON.stringify(found)).not.toContain('EXERCISE');
  });

  test('a burst that is accepted in threads, a batch, lines: each event once, retries not again', async () => {
    const token = await tokenOf('mx-fgr');
    const of = (count: number) =>
      Array.from({ length: count }, (): Json => ({ ...exampleEvent('alert', randomUUID()), ...amber }));
    const [burst, batch, lines] = [of(40), of(3), of(3)];
    const answers = await Promise.all(burst.map((event) => exchange.post(token, event)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    for (let round = 0; round < 2; round += 1) {
      expect((await exchange.post(token, batch, { 'Content-Type': types.batch })).status).toBe(201);
      await uploadLines(exchange, token, linesOf(lines));
    }
    const all = [...burst, ...batch, ...lines].map(({ id }) => `/v1/events/mx-fgr/${id}`);
    const found = await entriesOf('mx-fgr', { what: 'published', event: all.join() }, all.length);
    expect(found.map(({ event }) => event).sort()).toEqual(all.sort());
  });

  test('opened by its address or with its thread: who, each time, in his own participant’s audit', async () => {
    const [event, green] = [await publish('mx-fgr', strict), await publish('mx-fgr', { tlp: 'GREEN' })];
    for (const who of ['gt-mp', 'sv-fgr/duty']) {
      expect(await open(event, who)).toBe(200);
      expect(await open(green, who)).toBe(200);
    }
    const thread = event.replace('events', 'threads');
    const shown = await get(thread, 'gt-mp');
    expect(shown.status).toBe(200);
    // He has it as it stands: looking again opens nothing.
    const headers = {
      Authorization: `Bearer ${await tokenOf('gt-mp')}`,
      'If-None-Match': shown.headers.get('etag') ?? '',
      'Cache-Control': 'max-age=0',
    };
    const again = await fetch(`${exchange.url}${thread}`, { headers });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(await open(event, 'hn-mp')).toBe(404);
    const read = { what: 'read', kind: 'alert', tlp: 'AMBER_STRICT', event };
    const query = { event: [event, green].join() };
    expect(await entriesOf('gt-mp', query, 2)).toMatchObject([
      { ...read, agency: 'gt-mp' },
      { ...read, agency: 'gt-mp' },
    ]);
    expect(await entriesOf('sv-fgr', query)).toMatchObject([{ ...read, agency: 'sv-fgr', person: 'duty' }]);
    // To the owner it is told by agency alone, in the list of access.
    expect((await entriesOf('mx-fgr', query)).map(({ what }) => what)).toEqual(['published']);
  });

  test('delivered by a stream and by pages: once an agency, never to its own', async () => {
    const since = new Date().toISOString();
    const streams = await Promise.all(
      ['gt-mp', 'gt-mp', 'mx-fgr'].map(async (who) =>
        openStream(exchange.url, { token: await tokenOf(who) }),
      ),
    );
    await Promise.all(streams.map(untilPlaced));
    const id = randomUUID();
    const event = await publish('mx-fgr', amber, id);
    await Promise.all(streams.map((stream) => stream.until(has(id))));
    for (const stream of streams) stream.close();
    for (const who of ['gt-mp', 'sv-fgr', 'hn-mp']) await pageSince(since, who);
    const delivered = { what: 'delivered', kind: 'alert', tlp: 'AMBER', event };
    const query = { event };
    expect(await entriesOf('sv-fgr', query)).toMatchObject([{ ...delivered, agency: 'sv-fgr' }]);
    expect(await entriesOf('gt-mp', query)).toMatchObject([{ ...delivered, agency: 'gt-mp' }]);
    expect(await auditOf('hn-mp', query)).toEqual([]);
    expect((await entriesOf('mx-fgr', query)).map(({ what }) => what)).toEqual(['published']);
  });

  test('refused: codes of the problem and of the rules with their fields, and the kind where it is one, one entry a request', async () => {
    const from = new Date().toISOString();
    const token = await tokenOf('hn-mp');
    const event = (more: Json): Json => ({ ...exampleEvent('alert', randomUUID()), ...more });
    const training = { ...exampleEvent('training', randomUUID()), tlp: 'PURPLE' };
    const batch = { 'Content-Type': types.batch };
    await exchange.post(token, event({ tlp: 'RED' }));
    await exchange.post(token, 'no JSON');
    await addPerson('hn-mp', 'clerk', ['analyst']);
    await exchange.post(await tokenOf('hn-mp/clerk'), event({}));
    const many = Array.from({ length: 300 }, () => event({ tlp: 'PURPLE' }));
    await uploadLines(exchange, token, linesOf([...many, event({ source: 'gt-mp' })]));
    await exchange.post(token, [event({ tlp: 'PURPLE' }), event({})], batch);
    await exchange.post(token, [event({ tlp: 'PURPLE' }), training], batch);
    const found = await entriesOf('hn-mp', { what: 'refused', from }, 6);
    const byTime = found.map(({ id: _id, time: _time, ...said }) => said);
    const refused = { what: 'refused', agency: 'hn-mp' };
    const wrong = { codes: ['invalid'], rules: ['enum'], fields: [{ field: '/tlp', rule: 'enum' }] };
    expect(byTime).toHaveLength(6);
    expect(byTime).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...refused, kind: 'alert', codes: expect.any(Array), count: 1 }),
        { ...refused, codes: ['bad-json'], count: 1 },
        {
          ...refused,
          person: 'clerk',
          codes: ['not-permitted'],
          rules: ['publish/role'],
          fields: [{ field: '', rule: 'publish/role' }],
          count: 1,
        },
        {
          ...refused,
          kind: 'alert',
          codes: ['invalid', 'not-permitted'],
          rules: ['enum', 'publish/source'],
          fields: [
            { field: '/tlp', rule: 'enum' },
            { field: '/source', rule: 'publish/source' },
          ],
          count: 301,
        },
        { ...refused, kind: 'alert', ...wrong, count: 1 },
        { ...refused, ...wrong, count: 2 },
      ]),
    );
  });

  test('a change of the directory, with the key of its row: to its participant and to the Secretariat', async () => {
    const row = {
      id: 'ni-audited',
      participant: 'NI',
      name: { es: 'EJERCICIO', en: 'EXERCISE' },
      from: new Date().toISOString(),
      to: null,
    };
    await change('agencies', row, 'ni-pn/focal');
    const query = { what: 'directory', agency: 'ni-pn', from: row.from };
    const entry = { what: 'directory', agency: 'ni-pn', person: 'focal', key: 'agencies/ni-audited' };
    for (const who of ['ni-pn', 'ts-office']) expect(await entriesOf(who, query)).toMatchObject([entry]);
    for (const who of ['mx-fgr', 'ppt-office']) expect(await auditOf(who, query)).toEqual([]);
  });
});

describe('who may see it', () => {
  test('analysts and focal points of a participant, and nobody else', async () => {
    await expectProblem(await get('/v1/audit'), 'token-required');
    await expectProblem(await get('/v1/audit', 'mx-none'), 'agency-unknown');
    expect((await whenApplied(() => get('/v1/audit?what=read', 'mx-fgr/focal'))).status).toBe(200);
    await addPerson('mx-fgr', 'clerk', ['publisher']);
    await expectProblem(await get('/v1/audit', 'mx-fgr/clerk'), 'not-permitted');
  });

  test('each participant its own, whatever is asked for; the Secretariat of others the directory’s and the recalls’', async () => {
    const event = await publish('mx-fgr', strict);
    expect(await open(event, 'gt-mp')).toBe(200);
    await entriesOf('gt-mp', { event });
    for (const who of ['hn-mp', 'ts-office', 'ppt-office', 'us-dhs'])
      expect(await auditOf(who, { event, agency: 'gt-mp,mx-fgr' })).toEqual([]);
    const all = await auditOf('ts-office', {});
    const told = new Set(all.filter(({ agency }) => !agency.startsWith('ts-')).map(({ what }) => what));
    // Whether something was taken back depends on the tests before this one.
    expect(told.union(new Set(['recalled']))).toEqual(new Set(['directory', 'recalled']));
    expect(told.has('directory')).toBe(true);
  });

  test.each([
    ['what=slept', 'enum'],
    ['agency=nobody', 'parameter/agency'],
    ['event=x', 'parameter/address'],
    ['from=soon', 'parameter/date'],
    ['offset=3', 'parameter'],
  ])('what is asked wrongly is refused with its reason: %s', async (query, rule) => {
    const problem = await expectProblem(await get(`/v1/audit?${query}`, 'mx-fgr'), 'bad-request');
    expect(problem['violations']).toMatchObject([{ rule }]);
  });

  test('entries come oldest first, also when there are more than a page of the database', async () => {
    const from = new Date().toISOString();
    const token = await tokenOf('pa-senafront');
    const events = Array.from({ length: 2_300 }, () => ({
      ...exampleEvent('alert', randomUUID()),
      ...amber,
    }));
    await uploadLines(exchange, token, linesOf(events));
    const found = await entriesOf('pa-senafront', { what: 'published', from }, events.length);
    expect(new Set(found.map(({ event }) => event)).size).toBe(events.length);
    expect(found.map(({ time }) => time)).toEqual(found.map(({ time }) => time).sort());
    const [middle] = found.slice(1_200);
    const later = await auditOf('pa-senafront', { what: 'published', from: middle?.time ?? '' });
    expect(later).toEqual(found.filter(({ time }) => time >= (middle?.time ?? '')));
  });
});

describe('who could read an event, got it, opened it', () => {
  test('is told to its owner by agency, before and after', async () => {
    const since = new Date().toISOString();
    const event = await publish('mx-fgr', strict);
    const untouched = { may: true, delivered: null, opened: null };
    expect(await accessOf(event, 'mx-fgr')).toEqual([
      { agency: 'sv-fgr', participant: 'SV', ...untouched },
      { agency: 'gt-mp', participant: 'GT', ...untouched },
    ]);
    await pageSince(since, 'gt-mp');
    expect(await open(event, 'gt-mp/duty')).toBe(200);
    expect(await open(event, 'mx-fgr')).toBe(200);
    const after = await until(
      () => accessOf(event, 'mx-fgr'),
      (list) => list.some(({ delivered, opened }) => delivered !== null && opened !== null),
    );
    expect(after).toEqual([
      { agency: 'sv-fgr', participant: 'SV', ...untouched },
      {
        agency: 'gt-mp',
        participant: 'GT',
        may: true,
        delivered: expect.any(String),
        opened: expect.any(String),
      },
    ]);
    // The first time stays.
    expect(await open(event, 'gt-mp')).toBe(200);
    await entriesOf('gt-mp', { what: 'read', event }, 2);
    expect(await accessOf(event, 'mx-fgr')).toEqual(after);
    expect(JSON.stringify(after)).not.toContain('duty');
  });

  test('AMBER names every agency of a participant that may read it', async () => {
    const list = await accessOf(await publish('mx-fgr', amber), 'mx-fgr');
    const agencies = list.map(({ agency }) => agency);
    expect(agencies).toEqual(expect.arrayContaining(['gt-mp', 'gt-pgn', 'sv-fgr']));
    expect(agencies).not.toContain('sv-pnc');
    expect(agencies).not.toContain('mx-fgr');
  });

  test('CLEAR and GREEN have no such list, and say why', async () => {
    for (const tlp of ['CLEAR', 'GREEN']) {
      const address = await publish('mx-fgr', { tlp });
      const answer = await whenApplied(() => get(`${address}/access`, 'mx-fgr'));
      expect(await answer.json()).toEqual({ agencies: [], reason: expect.stringContaining('AMBER') });
    }
  });

  test('to anybody else it is as if the event did not exist', async () => {
    const absent = `/v1/events/mx-fgr/${randomUUID()}`;
    const seen = async (address: string, who?: string) => {
      const answer = await whenApplied(() => get(`${address}/access`, who));
      const headers = [...answer.headers].filter(([name]) => name !== 'date');
      return { status: answer.status, headers, body: await answer.text() };
    };
    for (const marking of [strict, amber, { tlp: 'CLEAR' }]) {
      const event = await publish('mx-fgr', marking);
      for (const who of ['gt-mp', 'hn-mp', 'mx-inm', 'ts-office', undefined])
        expect([who, await seen(event, who)]).toEqual([who, await seen(absent, who)]);
    }
    expect((await seen(absent, 'mx-fgr')).status).toBe(404);
  });
});

test('RED: each reading has its entry with the person, and its owner is told of the agency by who is cleared alone', async () => {
  const since = '2026-01-01T00:00:00Z';
  const cleared = (agency: string, person: string, by: readonly string[]) => ({
    agency,
    person,
    by,
    from: since,
    to: null,
  });
  const clearances = [
    cleared('gt-pgn', 'duty', ['gt-pgn/focal', 'gt-mp/focal']),
    cleared('mx-fgr', 'focal', ['mx-fgr/releaser', 'mx-inm/focal']),
  ];
  const red = await startTestExchange({ directory: { register: { ...demonstrationRegister, clearances } } });
  const ask = async (path: string, who: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${red.url}${path}`, { ...init, headers: headersOf(await red.token(who)) });
  const event = { ...exampleEvent('alert', randomUUID()), tlp: 'RED', audience: 'gt-pgn' };
  const sent = await red.post(await red.token('mx-fgr/duty'), event);
  expect(sent.status).toBe(202);
  const { draft } = (await sent.json()) as { draft: string };
  expect((await ask(`${draft}/sign`, 'mx-fgr/releaser', { method: 'POST' })).status).toBe(201);
  const address = draft.replace('/drafts/', '/events/');
  for (const [who, status] of [
    ['gt-pgn/duty', 200],
    ['gt-pgn', 404],
  ] as const)
    expect((await whenApplied(() => ask(address, who))).status).toBe(status);
  const told = await until(
    async () =>
      parseLines(await (await whenApplied(() => ask(`/v1/audit?event=${address}`, 'gt-pgn'))).text()),
    ({ length }) => length > 0,
  );
  expect(told).toMatchObject([
    { what: 'read', agency: 'gt-pgn', person: 'duty', tlp: 'RED', event: address },
  ]);
  const list = await whenApplied(() => ask(`${address}/access`, 'mx-fgr/focal'));
  expect(await list.json()).toEqual({
    agencies: [
      { agency: 'gt-pgn', participant: 'GT', may: true, delivered: null, opened: expect.any(String) },
    ],
  });
  for (const who of ['mx-fgr', 'mx-fgr/duty', 'gt-pgn/duty'])
    expect((await whenApplied(() => ask(`${address}/access`, who))).status).toBe(404);
  await red.close();
});

test('nothing of an event is in any entry: a marker in every string of what is taken and of what is refused', async () => {
  const kafka = connectKafka({
    brokers: [testStack().kafka],
    clientId: 'audit-marker',
    callTimeoutMs: 20_000,
  });
  const before = await ends(kafka, [auditTopic]);
  const since = new Date().toISOString();
  const marker = randomWord();
  const token = await tokenOf('mx-fgr');
  const id = randomUUID();
  const good = { ...(withMarker(exampleEvent('alert', 'x'), marker, /[a-z] |:\/\//) as Json), ...strict };
  const taken = await exchange.post(token, { ...good, id, subject: marker });
  expect([taken.status, taken.status === 201 ? '' : await taken.text()]).toEqual([201, '']);
  const event = `/v1/events/mx-fgr/${id}`;
  const shown = await whenApplied(() => get(event, 'gt-mp'));
  expect(await shown.text()).toContain(marker);
  await pageSince(since, 'sv-fgr');
  const bad = { ...(withMarker(exampleEvent('alert', 'x'), marker, /./) as Json) };
  for (const body of [
    bad,
    { ...good, data: bad['data'] },
    { ...good, source: marker },
    { ...good, audience: marker },
  ]) {
    expect((await exchange.post(token, body)).status).toBeGreaterThanOrEqual(400);
    expect((await exchange.post(token, [body], { 'Content-Type': types.batch })).status).toBe(207);
    await uploadLines(exchange, token, linesOf([body]));
  }
  await exchange.post(token, good, { 'Idempotency-Key': marker.repeat(20) });
  await get(`/v1/audit?what=${marker}&event=${marker}`, 'mx-fgr');
  await until(
    () => auditOf('sv-fgr', { event }),
    ({ length }) => length > 0,
  );
  const text: string[] = [];
  const refusals = (): number => text.filter((one) => one.includes('"refused"')).length;
  await until(
    async () => {
      text.length = 0;
      const to = await ends(kafka, [auditTopic]);
      for (let partition = 0; partition < laneCount; partition += 1) {
        const lane = { topic: auditTopic, partition };
        const range = { ...lane, from: offsetOf(before, lane), to: offsetOf(to, lane) };
        for await (const records of readLane(kafka, 'audit-marker', range)) {
          for (const { key, value, headers } of records)
            text.push(`${key} ${value?.toString('utf8')} ${JSON.stringify(headers)}`);
        }
      }
      return refusals();
    },
    (count) => count >= 13,
  );
  kafka.close();
  for (const what of ['published', 'read', 'delivered', 'refused'])
    expect(text.some((one) => one.includes(`"${what}"`))).toBe(true);
  expect(text.filter((one) => one.includes(marker))).toEqual([]);
});

/** The value with the marker in the texts that have this form, and in the names of fields where all have. */
function withMarker(value: unknown, marker: string, form: RegExp): unknown {
  if (typeof value === 'string') return form.test(value) ? `${value}${marker}` : value;
  if (Array.isArray(value)) return value.map((item) => withMarker(item, marker, form));
  if (typeof value !== 'object' || value === null) return value;
  const nameOf = (name: string): string => (form.test('x') ? `${name}${marker}` : name);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [nameOf(name), withMarker(item, marker, form)]),
  );
}

test('while the broker is away, AMBER_STRICT is rather not read than without an entry; AMBER is, and told of later', async () => {
  const [named, shared] = [await publish('mx-fgr', strict), await publish('mx-fgr', amber)];
  for (const address of [named, shared]) expect(await open(address, 'mx-fgr')).toBe(200);
  proxy.down();
  const refused = await expectProblem(await get(named, 'gt-mp'), 'unavailable');
  expect(refused['reason']).toBe('audit');
  await expectProblem(await get(named.replace('events', 'threads'), 'gt-mp'), 'unavailable');
  expect((await get(shared, 'gt-mp')).status).toBe(200);
  proxy.heal();
  const read = { what: 'read', agency: 'gt-mp' };
  expect(await entriesOf('gt-mp', { event: shared })).toMatchObject([read]);
  const again = await until(
    () => open(named, 'gt-mp'),
    (status) => status === 200,
  );
  expect(again).toBe(200);
  expect(await entriesOf('gt-mp', { event: named })).toMatchObject([read]);
});

test('the audit is filled again from the log with the library', async () => {
  const event = await publish('mx-fgr', strict);
  expect(await open(event, 'gt-mp')).toBe(200);
  const before = await entriesOf('gt-mp', { event });
  const list = await accessOf(event, 'mx-fgr');
  const answer = await fetch(`${exchange.url}/v1/library/rebuild`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${await tokenOf('ts-office')}` },
  });
  expect(await answer.text()).toContain('"done":true');
  expect(await entriesOf('gt-mp', { event })).toEqual(before);
  expect(await accessOf(event, 'mx-fgr')).toEqual(list);
});
