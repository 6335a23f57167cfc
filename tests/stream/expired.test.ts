import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFeeds } from '@puebla/feeds';
import {
  type Audit,
  connectKafka,
  createAudit,
  createCodec,
  createCursorCodec,
  createKnownThreads,
  createLog,
  createMetrics,
  createVerifier,
  currentDirectory,
  ensureTopics,
  exchangeTopics,
  type HttpServer,
  type Kafka,
  readConfig,
  type Service,
  startHttp,
  usualEraseWithinSeconds,
} from '@puebla/kit';
import { demonstrationRegister, laneCount } from '@puebla/schemas';
import { Kafka as KafkaJs, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../../infra/embedded/stack.ts';
import { testStack } from '../../infra/test-addresses.ts';
import { has, openStream } from '../stream-client.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { cursorNow, pageOf, untilPlaced } from './ways-out.ts';

/**
 * Guarantee 3: a cursor whose history is gone is answered with a gap, never silently. On a broker of its own, whose log is
 * cut off from below; the feeds alone, on the way that has no database.
 */

let home: string;
let stack: Stack;
let lanes: Lanes;
let kafka: Kafka;
let feeds: Service;
let audit: Audit;
let http: HttpServer;
const key = randomBytes(32);
const agency = 'mx-fgr';
const topic = 'puebla.alert';
const lane = 7;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-expired-'));
  const { registryUrl, databaseUrl } = testStack();
  stack = await startStack(
    readConfig({
      ...process.env,
      PUEBLA_HOME: home,
      KAFKA_BROKERS: '',
      REGISTRY_URL: registryUrl,
      DATABASE_URL: databaseUrl,
    }),
  );
  const brokers = stack.kafka.split(',');
  const plans = exchangeTopics(usualEraseWithinSeconds).map((plan) => ({ ...plan, config }));
  await ensureTopics({ brokers, clientId: 'expired-admin' }, plans);
  kafka = connectKafka({ brokers, clientId: 'expired-test' });
  lanes = await openLanes({ kafka: stack.kafka, registryUrl });
  await start();
});
afterAll(async () => {
  lanes?.close();
  await stop();
  kafka?.close();
  await stack?.kill();
  await rm(home, { recursive: true, force: true });
});

const config = { 'message.timestamp.type': 'LogAppendTime', 'retention.ms': '-1' };
const log = createLog({ level: 'silent' });

async function start(): Promise<void> {
  const metrics = createMetrics();
  const codec = await createCodec({ registryUrl: testStack().registryUrl, log });
  const directory = currentDirectory(demonstrationRegister);
  const verifier = createVerifier({ issuer: 'issuer', audience: 'audience', jwks: { keys: [] }, directory });
  audit = createAudit({ kafka, log, metrics });
  feeds = await startFeeds({
    kafka,
    codec,
    cursors: createCursorCodec(key),
    directory,
    threads: createKnownThreads(),
    verifier,
    audit,
    log,
    metrics,
  });
  http = await startHttp({ host: '127.0.0.1', port: 0, services: [feeds], log, metrics });
}

async function stop(): Promise<void> {
  await feeds?.close();
  await audit?.close();
  await http?.close();
}

async function publish(count: number, by = agency): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await lanes.write(ids.map((id) => ({ id, agency: by })));
  return ids;
}

/** Cuts a lane off below an offset, as retention would. */
async function forget(below: number): Promise<void> {
  const admin = new KafkaJs({ brokers: stack.kafka.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    // It knows only of topics that it was asked about before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: lane, offset: String(below) }] });
  } finally {
    await admin.disconnect();
  }
}

const end = async () => (await lanes.ends())[topic]?.[lane] ?? 0;

test('what is still there is shown after a gap, with all of the other lanes', async () => {
  const before = await cursorNow(http);
  const mine = await publish(20);
  const others = await publish(20, 'gt-pgn');
  // A new instance has nothing of it in memory.
  await stop();
  await start();
  await forget((await end()) - 5);
  const kept = [...others, ...mine.slice(-5)];

  const stream = await openStream(http.url, { lastEventId: before });
  await stream.until((events) => kept.every((id) => has(id)(events)));
  const more = await publish(2);
  await stream.until(has(more[1] ?? ''));
  stream.close();
  const gaps = stream.events.filter(({ event }) => event === 'gap');
  expect(gaps.map(({ data }) => data)).toEqual([{ reason: 'expired' }]);
  expect(new Set(stream.ids())).toEqual(new Set([...kept, ...more]));
  expect(stream.ids()).toHaveLength(kept.length + more.length);
  const order = stream.events.map(({ event, data }) =>
    event === 'gap' ? 'gap' : (data as { id?: string }).id,
  );
  expect(order.indexOf('gap')).toBeLessThan(order.indexOf(mine.at(-5)));

  const resumed = await openStream(http.url, { lastEventId: gaps[0]?.id });
  await resumed.until(has(more[1] ?? ''));
  resumed.close();
  expect(resumed.events.some(({ event }) => event === 'gap')).toBe(false);
  const seenBefore = order.slice(0, order.indexOf('gap')).filter((id) => id !== undefined);
  expect([...seenBefore, ...resumed.ids()].sort()).toEqual([...kept, ...more].sort());

  const page = await pageOf(http, { cursor: before, limit: 1_000 });
  expect(page.gap).toEqual({ reason: 'expired' });
  expect(new Set(page.items.map(({ id }) => id))).toEqual(new Set([...kept, ...more]));
  const next = await pageOf(http, { cursor: page.cursor });
  expect(next).toEqual({ items: [], withdrawn: [], length: 0, cursor: expect.any(String) });
});

test('a lane of which nothing is left is a gap too', async () => {
  const before = await cursorNow(http);
  await publish(10);
  await stop();
  await start();
  await forget(await end());
  const stream = await openStream(http.url, { lastEventId: before });
  await stream.until((events) => events.some(({ event }) => event === 'gap'));
  const [id = ''] = await publish(1);
  await stream.until(has(id));
  stream.close();
  expect(stream.ids()).toEqual([id]);
  const page = await pageOf(http, { cursor: before });
  expect(page.gap).toEqual({ reason: 'expired' });
});

test('who asks for the earliest, or has seen all that is gone, has no gap', async () => {
  const seen = await publish(5);
  const after = await cursorNow(http);
  const kept = await publish(5);
  await stop();
  await start();
  await forget((await end()) - 5);
  for (const asked of [{ cursor: after }, { query: '?publisher=mx-fgr&since=earliest' }]) {
    const page = await pageOf(http, asked);
    expect(page.gap).toBeUndefined();
    expect(page.items.map(({ id }) => id)).toEqual(kept);
    expect(page.items.map(({ id }) => id)).not.toContain(seen[0]);
  }
});

test('what is gone from the log while it is in memory is still shown, and is no gap', async () => {
  const before = await cursorNow(http);
  const ids = await publish(5);
  await pageOf(http, { cursor: before });
  await forget(await end());
  const page = await pageOf(http, { cursor: before });
  expect(page.gap).toBeUndefined();
  expect(page.items.map(({ id }) => id)).toEqual(ids);
});

test('a log that was lost is a gap for who is live, and what comes after it is shown to everybody', async () => {
  const gone = await publish(5);
  // A new instance has nothing of it in memory.
  await stop();
  await start();
  const before = await cursorNow(http);
  const live = await openStream(http.url);
  await untilPlaced(live);
  await lose();
  await live.ended;
  expect(live.events.at(-1)).toMatchObject({ event: 'gap', data: { reason: 'beyond-end' } });
  const ids = await untilPublished();
  const resumed = await openStream(http.url, { lastEventId: live.lastId() });
  await resumed.until(has(ids[1] ?? ''));
  const late = await openStream(http.url, { lastEventId: before });
  const [id = ''] = await publish(1);
  for (const stream of [resumed, late]) {
    await stream.until(has(id));
    stream.close();
  }
  expect(resumed.ids().slice(-3)).toEqual([...ids, id]);
  expect(resumed.events.some(({ event }) => event === 'gap')).toBe(false);
  expect(late.ids()).toEqual([id]);
  expect(late.events.find(({ event }) => event === 'gap')?.data).toEqual({ reason: 'beyond-end' });
  const page = await pageOf(http, { query: '?publisher=mx-fgr', limit: 1_000 });
  const shown = page.items.map((item) => item.id);
  expect(shown.slice(-3)).toEqual([...ids, id]);
  expect(shown).not.toContain(gone[0]);
});

/** Deletes the topic and makes one of the same name, empty. */
async function lose(): Promise<void> {
  const brokers = stack.kafka.split(',');
  const admin = new KafkaJs({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  // A broker that still forgets the old one may refuse for a moment.
  const plan = { topic, partitions: laneCount, config };
  for (let isThere = false; !isThere; ) {
    const making = ensureTopics({ brokers, clientId: 'expired-admin' }, [plan]);
    isThere = await making.then(
      () => true,
      () => sleep(100, false),
    );
  }
}

/** What is written while the broker still has the old lanes goes with them, or is refused. */
async function untilPublished(): Promise<string[]> {
  for (;;) {
    const published = await publish(2).catch(() => undefined);
    if (published !== undefined) return published;
    await sleep(50);
  }
}
