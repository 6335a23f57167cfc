import { randomUUID } from 'node:crypto';
import { type AuditEntry, participantOf, readAuditEntry } from '@puebla/schemas';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import {
  type Audit,
  type Audited,
  type AuditLimits,
  auditTopic,
  connectKafka,
  createAudit,
  createLog,
  createMetrics,
  ends,
  ensureTopics,
  exchangeTopics,
  type Kafka,
  type Metrics,
  offsetOf,
  ProblemError,
  readLane,
  usualEraseWithinSeconds,
} from './index.ts';
import { type FaultProxy, startFaultProxy } from './kafka/fault-proxy.ts';

/** Written in batches to the lane of whoever acts, kept while the broker is away, bounded. */

let proxy: FaultProxy;
let kafka: Kafka;
let metrics: Metrics;
const audits: Audit[] = [];
const lane = { topic: auditTopic, partition: participantOf('RCGM')?.lane ?? -1 };
let from = 0;

beforeAll(async () => {
  const brokers = [testStack().kafka];
  const [host = '', port = ''] = testStack().kafka.split(':');
  proxy = await startFaultProxy({ host, port: Number(port) });
  await ensureTopics({ brokers, clientId: 'audit-test' }, exchangeTopics(usualEraseWithinSeconds));
  kafka = connectKafka({ brokers, clientId: 'audit-test' });
  metrics = createMetrics();
  // A young broker gives no producer id yet.
  await open({ writeWithinMs: 20_000 }).write([act()]);
});
beforeEach(async () => {
  metrics = createMetrics();
  from = offsetOf(await ends(kafka, [auditTopic]), lane);
});
afterAll(async () => {
  proxy.heal();
  await Promise.all(audits.map((audit) => audit.close()));
  kafka?.close();
  await proxy.close();
});

function open(limits: Partial<AuditLimits> = {}): Audit {
  const options = { brokers: [testStack().kafka], clientId: 'audit-test', via: () => proxy.address };
  const audit = createAudit({ kafka: { options }, log: createLog({ level: 'silent' }), metrics, limits });
  audits.push(audit);
  return audit;
}
const act = (key: string = randomUUID()): Audited => ({ what: 'directory', agency: 'rcgm-exercise', key });

/** What the lane holds since the test began, each entry once, with how many records there are. */
async function entries(): Promise<{ entries: AuditEntry[]; records: number }> {
  const found = new Map<string, AuditEntry>();
  let records = 0;
  const to = offsetOf(await ends(kafka, [auditTopic]), lane);
  for await (const piece of readLane(kafka, 'audit-test', { ...lane, from, to })) {
    for (const { key, value } of piece) {
      const entry = readAuditEntry(JSON.parse(value?.toString('utf8') ?? ''));
      if (key !== null || entry === undefined) throw new Error('no entry');
      records += 1;
      found.set(entry.id, entry);
    }
  }
  return { entries: [...found.values()], records };
}
async function untilWritten(count: number): Promise<AuditEntry[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { entries: found } = await entries();
    if (found.length >= count || Date.now() > deadline) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
async function lost(): Promise<number> {
  const { text } = await metrics.exposition();
  return Number(/^puebla_audit_lost_total\{what="directory"\} (\d+)$/m.exec(text)?.[1]);
}

test('entries are written in order, whole, to the lane of whoever acts, and what is awaited is there', async () => {
  const audit = open();
  const acts = Array.from({ length: 1_200 }, () => act());
  for (const one of acts) expect(audit.note(one)).toBe(true);
  const awaited = act();
  await audit.write([awaited]);
  const found = await entries();
  expect(found.records).toBe(1_201);
  expect(found.entries.map(({ id: _id, time: _time, ...said }) => said)).toEqual([...acts, awaited]);
  await audit.write([]);
});

test('a lone entry is written by itself', async () => {
  open().note(act('alone'));
  expect(await untilWritten(1)).toMatchObject([{ key: 'alone' }]);
});

test.each(['AMBER_STRICT', 'RED'] as const)('an entry at %s waits for no other', async (tlp) => {
  const audit = open({ gatherMs: 120_000 });
  const event = '/v1/events/mx-fgr/e-1';
  audit.note({ what: 'delivered', agency: 'rcgm-exercise', event, kind: 'alert', tlp });
  expect(await untilWritten(1)).toMatchObject([{ what: 'delivered', tlp }]);
});

test('while the broker is away entries wait, so many and no more, and what is awaited is refused', async () => {
  const audit = open({ maxWaiting: 20, writeWithinMs: 20_000 });
  await audit.write([act('before')]);
  proxy.down();
  const taken = Array.from({ length: 30 }, (_, nr) => audit.note(act(`away-${nr}`)));
  expect(taken.filter(Boolean)).toHaveLength(20);
  expect(await lost()).toBe(10);
  // No room at all, and then room but no broker.
  await expect(audit.write([act('refused')])).rejects.toThrow(ProblemError);
  const other = open({ writeWithinMs: 500 });
  const began = Date.now();
  await expect(other.write([act('refused')])).rejects.toMatchObject({ code: 'unavailable' });
  expect(Date.now() - began).toBeLessThan(10_000);
  proxy.heal();
  const found = await untilWritten(21);
  expect(found.map(({ key }) => key)).toEqual([
    'before',
    ...Array.from({ length: 20 }, (_, nr) => `away-${nr}`),
  ]);
  await audit.write([act('after')]);
  // Its bound is a short one: it is tried until a connection is there again.
  const isWritten = () =>
    other.write([act('after')]).then(
      () => true,
      () => false,
    );
  while (!(await isWritten()));
  expect((await entries()).entries.filter(({ key }) => key === 'refused')).toEqual([]);
});

test('an open outcome is written again, under the same id', async () => {
  const audit = open({ writeWithinMs: 20_000 });
  await audit.write([act('first')]);
  const losing = proxy.loseNextAnswer();
  const writing = audit.write([act('second')]);
  await losing;
  await writing;
  const found = await entries();
  expect(found.entries.map(({ key }) => key)).toEqual(['first', 'second']);
  expect(found.records).toBe(3);
});

test('what waits when it is closed is written first', async () => {
  const audit = open();
  audit.note(act('last'));
  await audit.close();
  expect((await entries()).entries).toMatchObject([{ key: 'last' }]);
  expect(audit.note(act('late'))).toBe(false);
});
