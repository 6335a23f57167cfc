import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRecord, readConfig } from '@puebla/kit';
import { participantOfAgency } from '@puebla/schemas';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../infra/embedded/stack.ts';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { createTombstones } from '../../services/library/tombstones.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { whenApplied } from '../http/ask.ts';
import { marked, randomWord } from '../random-word.ts';
import { type Lanes, openLanes } from '../stream/lanes.ts';
import { cursorNow, headersOf, pageOf } from '../stream/ways-out.ts';
import { has, openStream } from '../stream-client.ts';
import { filesWith } from './files.ts';

/**
 * A recalled body leaves every store (rules.md, Recall): on servers of their own, which are set to erase soon, in a lane with a
 * hundred thousand other events.
 */

const eraseWithinSeconds = 8;
const withinMs = 60_000;
const others = 100_000;
const agency = 'mx-fgr';
const lane = { topic: 'puebla.alert', partition: participantOfAgency(agency)?.lane ?? -1 };

let home: string;
let stack: Stack;
let exchange: TestExchange;
let lanes: Lanes;
let database: pg.Client;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-erased-'));
  const servers = { KAFKA_BROKERS: '', REGISTRY_URL: '', DATABASE_URL: '' };
  stack = await startStack(readConfig({ ...process.env, PUEBLA_HOME: home, ...servers }));
  exchange = await startTestExchange({ servers: stack, eraseWithinSeconds });
  lanes = await openLanes(stack);
  database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  lanes?.close();
  await exchange?.close();
  await stack?.kill();
  await rm(home, { recursive: true, force: true });
});

const ask = async (path: string, who?: string, method = 'GET'): Promise<Response> =>
  fetch(`${exchange.url}${path}`, {
    method,
    headers: headersOf(who === undefined ? undefined : await exchange.token(who)),
  });

/** What an alert says, in few words. */
const small = withoutTexts(exampleEvent('alert', '')['data']) as Record<string, unknown>;

function withoutTexts(value: unknown): unknown {
  if (typeof value === 'string') return value.includes(' ') ? '.' : value;
  if (Array.isArray(value)) return value.slice(0, 1).map(withoutTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutTexts(item)]));
}

/** Past the gateway; their ids, in their order. */
async function publish(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (let at = 0; at < count; at += 500)
    await lanes.write(ids.slice(at, at + 500).map((id) => ({ id, agency, data: small })));
  return ids;
}

async function publishMarked(marker: string): Promise<string> {
  const event = markedEvent('alert', marker);
  await publishHere(event);
  return event.id;
}

async function takeBack(id: string): Promise<void> {
  const data = { of: `/v1/events/${agency}/${id}`, reason: 'INCORRECT' };
  await publishHere({ specversion: '1.0', id: randomUUID(), type: 'recall', data });
}

async function publishHere(event: object): Promise<void> {
  const token = await exchange.token(agency);
  const answer = await whenApplied(() => exchange.post(token, event));
  expect([answer.status, await answer.text()]).toEqual([201, expect.any(String)]);
}

/** Waits as a draft first. */
async function signMarked(marker: string): Promise<string> {
  const event = markedEvent('decision', marker);
  const waits = await exchange.post(await exchange.token('ppt-office/duty'), event);
  const { draft } = (await waits.json()) as { draft: string };
  expect((await ask(`${draft}/sign`, 'ppt-office/releaser', 'POST')).status).toBe(201);
  return event.id;
}

function markedEvent(kind: string, marker: string) {
  const id = randomUUID();
  const { data, ...event } = exampleEvent(kind, id);
  const tlp = kind === 'alert' ? 'CLEAR' : 'AMBER';
  return { ...event, id, subject: marker, tlp, data: marked(data, marker) };
}

/** A record of the thread of that event which cannot be decoded: it has a dead letter, and is in no view. */
async function spoil(marker: string, first: string): Promise<void> {
  const id = randomUUID();
  const headers = Object.entries({ ce_id: id, ce_source: agency, ce_thread: `${agency}/${first}` });
  const content = encodeRecord(`${agency}/${id}`, Buffer.from(`9 ${marker}`), headers);
  await lanes.send([{ ...lane, content }]);
}

async function untilApplied(id: string): Promise<void> {
  await until(async () => (await ask(`/v1/events/${agency}/${id}`)).status === 200);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 3 * withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it does not come to hold');
    await sleep(200);
  }
}

const stores = () => [join(home, 'kafka', 'data'), join(home, 'postgres', 'data')];

/** Page by page from the beginning. */
async function allIds(): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const from =
      cursor === undefined ? { query: '?kind=alert&since=earliest' } : { query: '?kind=alert', cursor };
    const page = await pageOf(exchange, { ...from, limit: 1_000, accept: 'application/x-ndjson' });
    expect(page.gap).toBeUndefined();
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
    if (page.length < 1_000) return ids;
  }
}

test('a recalled body is in no file 60 s later, and all else is read as before', async () => {
  const marker = randomWord();
  const first = await publish(others / 2);
  const recalled = await publishMarked(marker);
  const published = [recalled];
  await spoil(marker, recalled);
  const decision = await signMarked(marker);
  const cursor = await cursorNow(exchange);
  const many = await publish(3_000);
  const last = await publish(others / 2);
  // Its traces in the database's log are younger than the last checkpoint that comes by itself.
  published.push(await publishMarked(marker));
  const [newest = ''] = await publish(1);
  await untilApplied(newest);
  await until(async () => (await ask(`/v1/events/ppt-office/${decision}`, agency)).status === 200);
  expect(await filesWith(marker, stores())).not.toEqual([]);

  const began = Date.now();
  for (const id of published) await takeBack(id);
  const tombstones = createTombstones(lanes.kafka);
  await tombstones.write(
    lane,
    many.map((id) => `${agency}/${id}`),
  );
  const ofOffice = { topic: 'puebla.decision', partition: participantOfAgency('ppt-office')?.lane ?? -1 };
  await tombstones.write(ofOffice, [`ppt-office/${decision}`]);
  tombstones.close();
  let left = await filesWith(marker, stores());
  while (left.length > 0 && Date.now() - began < onThisMachine(withinMs)) {
    await sleep(1_000);
    left = await filesWith(marker, stores());
  }
  expect(left).toEqual([]);

  const paths = published.flatMap((id) => [`/v1/events/${agency}/${id}`, `/v1/threads/${agency}/${id}`]);
  for (const path of [...paths, `/v1/events/ppt-office/${decision}`])
    expect((await ask(path, agency)).status).toBe(404);
  expect(await (await ask('/v1/dead?state=all')).json()).toEqual({ items: [], total: 0 });
  expect(await (await ask('/v1/drafts', 'ppt-office/duty')).json()).toEqual({ items: [] });

  expect(await allIds()).toEqual([...first, ...last, newest]);
  const stream = await openStream(exchange.url, { query: '?kind=alert', lastEventId: cursor });
  await stream.until(has(newest), 3 * withinMs);
  stream.close();
  expect(stream.ids()).toEqual([...last, newest]);
  expect(stream.events.some(({ event }) => event === 'gap')).toBe(false);
}, 600_000);

test('what reads a compacted lane from its start comes to its end', async () => {
  const { rows: before } = await database.query(count);
  const rebuild = await ask('/v1/library/rebuild', 'ts-office', 'POST');
  const lines = (await rebuild.text()).trimEnd().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ done: true });
  expect((await database.query(count)).rows).toEqual(before);
  // The gateway reads its lanes back, and takes events when it has.
  await exchange.restart();
  const id = await publishMarked(randomWord());
  await untilApplied(id);
  expect((await allIds()).at(-1)).toBe(id);
});

const count = 'select count(*)::int as events from library.events';
