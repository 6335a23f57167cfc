import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  asLogRecord,
  createLog,
  encodeRecord,
  ends,
  followThreads,
  type LogRecord,
  offsetOf,
  readLane,
} from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { type FaultProxy, startFaultProxy } from '../../services/kit/kafka/fault-proxy.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { whenApplied } from '../http/ask.ts';
import { type Lanes, openLanes } from '../stream/lanes.ts';
import { feeds } from '../stream/ways-out.ts';
import { laterSchema } from './later-schema.ts';
import { runCommand } from './puebla.ts';

/**
 * What was poison and decodes now comes back once to every reader, or never, as an operator says: at its old place nobody reads
 * it any more.
 */

let exchange: TestExchange;
let lanes: Lanes;
let proxy: FaultProxy;
const database = `dead_${randomUUID().replaceAll('-', '')}`;
const topic = 'puebla.practice';
const deadTopic = `${topic}.dead`;
/** Nothing else publishes practices as this agency. */
const agency = 'sv-fgr';
const query = `?kind=practice&publisher=${agency}`;

beforeAll(async () => {
  const { kafka, databaseUrl } = testStack();
  const [host = '', port = ''] = kafka.split(':');
  proxy = await startFaultProxy({ host, port: Number(port) });
  await inDatabase(`create database ${database}`);
  const own = new URL(databaseUrl);
  own.pathname = `/${database}`;
  const directory = { topic: `puebla.directory.${randomUUID()}` };
  exchange = await startTestExchange({ via: () => proxy.address, databaseUrl: own.href, directory });
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
  await proxy.close();
  await inDatabase(`drop database ${database} with (force)`);
});

/** As one that stands on the machine of a service, and says so. */
async function startReverseProxy(to: () => string) {
  const server = createServer((request, response) => {
    const headers = { ...request.headers, 'x-forwarded-for': '203.0.113.7' };
    const { method = 'GET', url = '' } = request;
    const asked = send(new URL(url, to()), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(asked);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => new Promise((done) => server.close(() => done()));
  return { url: `http://127.0.0.1:${port}`, close };
}

async function inDatabase(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testStack().databaseUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

interface Answer {
  readonly code: number;
  readonly said: string;
  readonly value: Record<string, unknown>;
}

async function dead(...args: string[]): Promise<Answer> {
  const { code, out, said } = await runCommand(exchange, ['dead', ...args, '--output', 'json']);
  return { code, said, value: out === '' ? {} : JSON.parse(out) };
}

const refusal = { code: 3 };
const namesIn = async (state: string): Promise<unknown[]> => {
  const { value } = await dead('list', '--kind', 'practice', '--state', state, '--limit', '1000');
  return (value as unknown as { name: string }[]).map(({ name }) => name);
};

async function untilBuried(name: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await dead('show', name)).code !== 0) {
    if (Date.now() > deadline) throw new Error(`no letter of ${name}`);
  }
}

/** Sends a record to its lane; the name of its letter, once there is one. */
async function bury(record: Parameters<Lanes['send']>[0][number]): Promise<string> {
  const [offset] = await lanes.send([record]);
  const name = `${record.topic}/${record.partition}/${offset}`;
  await untilBuried(name);
  return name;
}

async function recordAt(name: unknown): Promise<LogRecord | undefined> {
  const [at = '', partition, offset] = String(name).split('/');
  const from = Number(offset);
  const place = { topic: at, partition: Number(partition), from, to: from + 1 };
  for await (const [record] of readLane(lanes.kafka, 'test', place)) return record;
  return undefined;
}

const inLibrary = async (id: string): Promise<number> =>
  (await whenApplied(() => fetch(`${exchange.url}/v1/events/${agency}/${id}`))).status;

async function rebuild(): Promise<void> {
  const authorization = `Bearer ${await exchange.token('ts-office')}`;
  const answer = await fetch(`${exchange.url}/v1/library/rebuild`, {
    method: 'POST',
    headers: { authorization },
  });
  expect(await answer.text()).toContain('"done":true');
}

/** Events of a schema that becomes known only once all of them have their letters. */
async function buryUntilKnown(count: number): Promise<{ ids: string[]; names: string[] }> {
  for (let tries = 0; tries < 5; tries += 1) {
    const schema = await laterSchema('practice');
    const ids = Array.from({ length: count }, () => randomUUID());
    const names: string[] = [];
    for (const id of ids) names.push(await bury(schema.record({ id, agency })));
    const [first = ''] = names;
    expect((await dead('redrive', first, '--dry-run')).value).toMatchObject({ reason: 'unknown-schema' });
    expect(await dead('redrive', first)).toMatchObject(refusal);
    if (await schema.register()) return { ids, names };
  }
  throw new Error('somebody registers schemas all the time');
}

const endsNow = async (): Promise<number[]> => {
  const found = await ends(lanes.kafka, [topic, deadTopic]);
  return [topic, deadTopic].flatMap((of) => (found[of] ?? []).map(Number));
};

test('redriven ones are seen once by every reader, discarded ones never, also by who starts anew', async () => {
  const readers = await Promise.all(
    [...feeds, ...feeds.slice(1)].map((way) => way.open(exchange, { query })),
  );
  const [whileRunning, afterRestart] = [readers.slice(0, feeds.length), readers.slice(feeds.length)];
  const { ids, names } = await buryUntilKnown(5);
  const [back = '', gone = '', lost = '', late = '', open = ''] = names;

  // Only looked at: nothing is written.
  const before = await endsNow();
  const dry = await dead('redrive', back, '--dry-run');
  expect(dry.value).toMatchObject({ dryRun: true, decodes: true, attempt: 1, state: 'open', to: null });
  expect((await dead('discard', gone, '--dry-run')).code).toBe(0);
  expect(await endsNow()).toEqual(before);

  const done = await dead('redrive', back);
  expect(done).toMatchObject({ code: 0, value: { state: 'redriven', from: back, attempt: 1, found: false } });
  const [original, copy] = [await recordAt(back), await recordAt(done.value['to'])];
  expect(copy?.value).toEqual(original?.value);
  expect(copy?.headers).toMatchObject({
    ...original?.headers,
    'redriven-from': back,
    'redriven-attempt': '1',
    'redriven-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    'redriven-reason': 'unknown-schema',
  });
  expect(await dead('discard', gone)).toMatchObject({ code: 0, value: { state: 'discarded' } });
  expect(await dead('redrive', gone)).toMatchObject(refusal);
  expect(await dead('redrive', back)).toMatchObject(refusal);
  expect(await dead('discard', back)).toMatchObject(refusal);

  // The answers of the broker are lost, to what is noted before the copy and to the copy itself.
  await losing(() => dead('redrive', lost));
  await losing(() => dead('redrive', lost));
  expect((await dead('redrive', lost)).value).toMatchObject({ state: 'redriven', found: true });

  // The copy reaches the broker only after it was looked for in vain, and written again.
  await losing(() => dead('redrive', late));
  const held = proxy.holdNextRequest();
  expect((await dead('redrive', late)).code).toBe(4);
  expect((await dead('redrive', late)).value).toMatchObject({ state: 'redriven', found: false });
  await (await held).deliver();

  const seen = [ids[0], ids[2], ids[3]].map((id) => `${agency}/${id}`);
  const published = await lanes.ends();
  const shown = await Promise.all(whileRunning.map((read) => read(published)));
  for (const addresses of shown) expect(addresses.sort()).toEqual(seen.toSorted());
  const found = { [back]: 200, [gone]: 404, [lost]: 200, [late]: 200, [open]: 404 };
  const asked = async () =>
    Object.fromEntries(
      await Promise.all(names.map(async (name, n) => [name, await inLibrary(ids[n] ?? '')])),
    );
  expect(await asked()).toEqual(found);

  await rebuild();
  await exchange.restart();
  expect(await asked()).toEqual(found);
  for (const read of afterRestart) expect((await read(published)).sort()).toEqual(seen.toSorted());
  expect(await namesIn('redriven')).toEqual(expect.arrayContaining([back, lost, late]));
  expect(await namesIn('discarded')).toEqual(expect.arrayContaining([gone]));
  expect(await namesIn('open')).toEqual(expect.arrayContaining([open]));
  expect(await namesIn('open')).not.toContain(back);
});

async function losing(work: () => Promise<Answer>): Promise<void> {
  const lost = proxy.loseNextAnswer();
  const { code } = await work();
  await lost;
  expect(code).toBe(4);
}

test('what was taken back does not come back: not of its thread, and not where only its key says whose it is', async () => {
  const schema = await laterSchema('practice');
  const [first, version, unreadable] = [randomUUID(), randomUUID(), randomUUID()];
  const token = await exchange.token(agency);
  expect((await exchange.post(token, exampleEvent('practice', first))).status).toBe(201);
  expect(await inLibrary(first)).toBe(200);
  const { partition, content } = schema.record({ id: version, agency });
  const { key, value, headers } = asLogRecord({ topic, partition, content }, { offset: 0, timestamp: 0 });
  const told = { ...headers, ce_thread: `${agency}/${first}` };
  const inThread = encodeRecord(key, value, Object.entries(told));
  const names = [
    await bury({ topic, partition, content: inThread }),
    await bury({
      topic,
      partition,
      content: encodeRecord(`${agency}/${unreadable}`, Buffer.from('9'), []),
    }),
  ];
  for (const name of names) expect((await dead('redrive', name, '--dry-run')).code).toBe(0);

  const recall = {
    specversion: '1.0',
    id: randomUUID(),
    type: 'recall',
    data: { of: `/v1/events/${agency}/${first}`, reason: 'OTHER' },
  };
  await takeBack(`${agency}/${unreadable}`);
  expect((await exchange.post(token, recall)).status).toBe(201);
  for (const name of names) {
    for (const how of [['--dry-run'], [], ['--force']]) {
      const { code, said } = await dead('redrive', name, ...how);
      // A moment later the library has erased the letter, and it is not there any more.
      expect(`${code} ${said}`).toMatch(/^3 .*(was taken back|fue retirado)|^5 /);
    }
    expect(await copiesIn({ topic, partition })).not.toContain(name);
  }
  const deadline = Date.now() + 60_000;
  for (const name of names)
    while ((await dead('show', name)).code !== 5)
      if (Date.now() > deadline) throw new Error(`the letter ${name} stays`);
});

/** Of which letters the copies stand in a lane. */
async function copiesIn(lane: { topic: string; partition: number }): Promise<string[]> {
  const to = offsetOf(await ends(lanes.kafka, [lane.topic]), lane);
  const found: string[] = [];
  for await (const records of readLane(lanes.kafka, 'test', { ...lane, from: 0, to }))
    found.push(...records.flatMap(({ headers }) => headers['redriven-from'] ?? []));
  return found;
}

/** As a gateway tells it of an event that no library could read. */
async function takeBack(name: string): Promise<void> {
  const threads = await followThreads({ kafka: lanes.kafka, log: createLog({ level: 'silent' }) });
  const recalled = {
    agency,
    tlp: 'CLEAR',
    of: `/v1/events/${name}`,
    kind: 'practice',
    recall: `${agency}/${randomUUID()}`,
    reason: 'OTHER',
    at: Date.now(),
  } as const;
  await threads.write([{ name, offset: Number.MAX_SAFE_INTEGER, state: { recalled } }]);
  await threads.close();
}

test('what is discarded while it is taken back keeps no letter, which the library may have erased a moment before', async () => {
  const { partition } = (await laterSchema('practice')).record({ id: randomUUID(), agency });
  const of = `${agency}/${randomUUID()}`;
  const name = await bury({ topic, partition, content: encodeRecord(of, Buffer.from('9'), []) });
  await takeBack(of);
  expect((await dead('discard', name)).code).toBe(0);
  expect((await dead('show', name)).code).toBe(5);
});

test('a recall that nobody could read comes back, although its thread was taken back', async () => {
  const schema = await laterSchema('practice');
  const { partition } = schema.record({ id: randomUUID(), agency });
  const [of, id] = [randomUUID(), randomUUID()].map((each) => `${agency}/${each}`);
  await takeBack(String(of));
  const name = await bury({
    topic,
    partition,
    content: encodeRecord(String(id), Buffer.from('9'), [
      ['ce_thread', String(of)],
      ['ce_recalls', String(of)],
    ]),
  });
  expect((await dead('redrive', name, '--dry-run')).value).toMatchObject({ reason: 'undecodable' });
});

test('what stays poison comes back three times, when forced to, and then never', async () => {
  const schema = await laterSchema('practice');
  const { partition, content } = schema.record({ id: randomUUID(), agency });
  // One byte of the value is another: it is no Avro of ours.
  const at = content.indexOf(Buffer.from([0, 0, 0, schema.id >> 8, schema.id & 0xff]));
  content[at] = 9;
  const first = await bury({ topic, partition, content });
  let name = first;
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    expect(await dead('redrive', name)).toMatchObject(refusal);
    const { value } = await dead('redrive', name, '--force');
    expect(value).toMatchObject({ attempt, from: first, decodes: false, reason: 'magic-byte' });
    name = String(value['to']);
    await untilBuried(name);
    expect((await dead('show', name)).value).toMatchObject({ state: 'open', attempt });
  }
  const before = await endsNow();
  const refused = await dead('redrive', name, '--force');
  expect(refused).toMatchObject(refusal);
  expect(refused.said).toMatch(/three times|tres veces/);
  expect(await endsNow()).toEqual(before);
  const last = offsetOf(await ends(lanes.kafka, [topic]), { topic, partition });
  expect(last).toBeGreaterThan(Number(name.split('/')[2]));
});

test('a value that the letter does not hold cannot be redriven; it can be discarded', async () => {
  const schema = await laterSchema('practice');
  const { partition } = schema.record({ id: randomUUID(), agency });
  const name = await bury({
    topic,
    partition,
    content: encodeRecord(`${agency}/x`, Buffer.alloc(1_100_000), [['ce_id', 'x']]),
  });
  expect(await dead('redrive', name, '--force')).toMatchObject(refusal);
  expect((await dead('discard', name)).value).toMatchObject({ state: 'discarded' });
});

test('operators elsewhere settle letters by their token; it says who asks, also on the machine itself', async () => {
  const schema = await laterSchema('practice');
  const { partition } = schema.record({ id: randomUUID(), agency });
  const content = encodeRecord(`${agency}/${randomUUID()}`, Buffer.from('9'), []);
  const name = await bury({ topic, partition, content });
  const person = ['people', '--agency', 'ts-office', '--id', 'ops', '--roles', 'operator'];
  const put = ['directory', 'put', ...person, '--as', 'ts-office/focal'];
  expect((await runCommand(exchange, put)).code).toBe(0);
  const proxy = await startReverseProxy(() => exchange.url);
  const elsewhere = { home: exchange.home, url: proxy.url };
  const ask = async (...args: string[]): Promise<number> =>
    (await runCommand(elsewhere, ['dead', ...args, '--output', 'json'])).code;
  const asked = [['list'], ['show', name], ['redrive', name, '--dry-run'], ['discard', name]];
  for (const args of asked)
    for (const as of [[], ['--as', agency], ['--as', 'ts-office/focal']])
      expect(await ask(...args, ...as)).toBe(5);
  for (const args of asked) expect((await dead(...args, '--as', agency)).code).toBe(5);
  for (const args of asked) expect(await ask(...args, '--as', 'ts-office/ops')).toBe(0);
  expect((await dead('show', name)).value).toMatchObject({ state: 'discarded' });
  await proxy.close();
});

test('what is asked wrongly is told, and pages in a browser get nothing', async () => {
  expect((await dead('redrive', 'nonsense')).code).toBe(2);
  expect((await dead('redrive', `${topic}/1/999999999`)).code).toBe(5);
  expect((await dead('list', '--state', 'lost')).code).toBe(2);
  const [kind] = catalogue;
  const address = `${exchange.url}/v1/dead/${kind?.topic}/1/1/discard`;
  const ask = async (path: string, init: RequestInit): Promise<number> => (await fetch(path, init)).status;
  expect(await ask(`${address}?dry-run=perhaps`, { method: 'POST' })).toBe(400);
  expect(await ask(address, { method: 'POST', headers: { origin: 'http://elsewhere.example' } })).toBe(404);
});
