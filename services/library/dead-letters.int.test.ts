import { randomUUID } from 'node:crypto';
import {
  asLogRecord,
  createLog,
  type EventRecord,
  encodeRecord,
  ends,
  isTombstone,
  type LogRecord,
  offsetOf,
  readLane,
  toRecord,
  toResent,
} from '@puebla/kit';
import { kindOf } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onThisMachine, quickest } from '../kit/test-clock.ts';
import { createDeadLetters } from './dead-letters.ts';
import { eventRecord, eventually, openStage, type RunningLibrary, type Stage } from './stage.ts';

/** What cannot be decoded or applied is kept among the dead letters of its kind, once, and its lane goes on. */

/** Not alerts: another client reads every record of those in the run, and none may be poison. */
const kind = 'practice';
const deadTopic = `puebla.${kind}.dead`;
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

async function letters(): Promise<LogRecord[]> {
  const last = await ends(stage.kafka, [deadTopic]);
  const place = { topic: deadTopic, partition: 0, from: 0, to: last[deadTopic]?.[0] ?? 0 };
  const records: LogRecord[] = [];
  for await (const piece of readLane(stage.kafka, 'dead', place)) records.push(...piece);
  return records;
}

const named = async (name: string): Promise<LogRecord[]> =>
  (await letters()).filter(({ key }) => key === name);

/** An event of the stage's agency, spoilt. */
function spoilt(
  change: (record: Pick<LogRecord, 'value' | 'headers' | 'key'>) => Partial<LogRecord>,
  event = eventRecord(stage.codec, { id: randomUUID(), kind }),
): EventRecord {
  const { key, value, headers } = asLogRecord(event.record, { offset: 0, timestamp: 0 });
  const made = { key, value, headers, ...change({ key, value, headers }) };
  const content = encodeRecord(made.key ?? '', made.value, Object.entries(made.headers));
  return { ...event, record: { ...event.record, content } };
}

const bytesOf = (value: Buffer | null): Buffer => Buffer.from(value ?? Buffer.alloc(0));
const poisons: readonly (readonly [string, () => EventRecord])[] = [
  ['magic-byte', () => spoilt(({ value }) => ({ value: Buffer.concat([Buffer.from([9]), bytesOf(value)]) }))],
  ['undecodable', () => spoilt(({ value }) => ({ value: bytesOf(value).subarray(0, 40) }))],
  [
    'unknown-schema',
    () =>
      spoilt(({ value }) => ({
        value: Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0xf0]), bytesOf(value)]),
      })),
  ],
  ['too-large', () => spoilt(() => ({ value: Buffer.alloc(1_200_000, 'x') }))],
  ['empty', () => spoilt(() => ({ value: Buffer.alloc(0) }))],
  ['key', () => spoilt(() => ({ key: 'gt-mp/another' }))],
  ['kind', () => spoilt(({ headers }) => ({ headers: { ...headers, ce_type: 'rumour' } }))],
];

test.each(poisons)(
  '%s: the letter is there within a second, and the event behind it is applied',
  async (reason, make) => {
    const bury = async () => {
      const poison = make();
      const after = randomUUID();
      const [offset = -1] = await stage.send([poison, eventRecord(stage.codec, { id: after, kind })]);
      const { topic, partition } = poison.record;
      const [letter] = await eventually(
        () => named(`${topic}/${partition}/${offset}`),
        ({ length }) => length > 0,
      );
      return { poison, after, offset, letter };
    };
    const { ms, got } = await quickest(1_000, bury);
    expect(ms).toBeLessThan(onThisMachine(1_000));
    const { poison, after, offset, letter } = got;
    const { topic, partition } = poison.record;
    const origin = asLogRecord(poison.record, { offset, timestamp: 0 });
    expect(letter?.headers).toMatchObject({
      ...origin.headers,
      'dead-topic': topic,
      'dead-partition': String(partition),
      'dead-offset': String(offset),
      'dead-reason': reason,
      'dead-key': origin.key,
      'dead-time': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    const left = reason === 'too-large' || origin.value === null;
    expect(letter?.value).toEqual(left ? Buffer.alloc(0) : origin.value);
    expect(letter?.headers['dead-value']).toBe(
      origin.value === null ? 'none' : reason === 'too-large' ? 'too-large' : 'kept',
    );
    const rows = await eventually(
      () => stage.stored(after),
      ({ length }) => length > 0,
    );
    expect(rows).toHaveLength(1);
  },
);

test('a view that is emptied and filled again, and another instance, make no second letter', async () => {
  const [offset = -1] = await stage.send([spoilt(() => ({ value: Buffer.from('nonsense') }))]);
  const lane = eventRecord(stage.codec, { kind }).record.partition;
  const name = `puebla.${kind}/${lane}/${offset}`;
  await eventually(
    () => named(name),
    ({ length }) => length > 0,
  );
  const before = (await letters()).length;
  expect((await library.ask('/v1/library/rebuild', { method: 'POST', as: 'ts-office' })).status).toBe(200);
  await stage.whole();
  await library.close();
  library = await stage.library();
  const after = randomUUID();
  await stage.send([eventRecord(stage.codec, { id: after, kind })]);
  await eventually(
    () => stage.stored(after),
    ({ length }) => length > 0,
  );
  expect((await letters()).length).toBe(before);
});

test('letters that are kept at once, some of them twice, are all there once', async () => {
  const dead = createDeadLetters(stage.kafka, createLog({ level: 'silent' }));
  const base = 1_000_000_000;
  const records = Array.from({ length: 20 }, (_, n) =>
    asLogRecord(eventRecord(stage.codec, { kind }).record, { offset: base + (n % 12), timestamp: 0 }),
  );
  await Promise.all(records.map((record) => dead.keep(record, 'database')));
  dead.close();
  const lane = eventRecord(stage.codec, { kind }).record.partition;
  const names = (await letters()).map(({ key }) => key).filter((key) => Number(key?.split('/')[2]) >= base);
  expect(names.sort()).toEqual(
    Array.from({ length: 12 }, (_, n) => `puebla.${kind}/${lane}/${base + n}`).sort(),
  );
});

test('what is written again behind its recall is taken out of its lane again, and has no letter', async () => {
  const [readable = '', unreadable = ''] = [randomUUID(), randomUUID()].map((id) => `mx-fgr/${id}`);
  const copyOf = (name: string): EventRecord =>
    eventRecord(stage.codec, { id: name.slice('mx-fgr/'.length), kind });
  const cut = spoilt(({ value }) => ({ value: bytesOf(value).subarray(0, 40) }), copyOf(unreadable));
  await stage.send([readable, unreadable].map(recallOf));
  await eventually(
    () => stage.stored(...[readable, unreadable].map(idOfRecall)),
    ({ length }) => length === 2,
  );
  const lane = { topic: `puebla.${kind}`, partition: eventRecord(stage.codec, { kind }).record.partition };
  const from = offsetOf(await ends(stage.kafka, [lane.topic]), lane);
  // As `puebla dead redrive` writes them: marked as sent again.
  await stage.send([copyOf(readable), cut].map((copy) => toResent(copy, from)));
  const erased = await eventually(
    async () => {
      const to = offsetOf(await ends(stage.kafka, [lane.topic]), lane);
      const found: (string | null)[] = [];
      for await (const piece of readLane(stage.kafka, 'taken-back', { ...lane, from, to }))
        found.push(...piece.filter(isTombstone).map(({ key }) => key));
      return found;
    },
    (found) => [readable, unreadable].every((name) => found.includes(`${name};resent`)),
  );
  expect(erased).toEqual(expect.arrayContaining([readable, unreadable]));
  const buried = (await letters()).map(({ headers }) => headers['dead-key']);
  expect(buried).not.toContain(`${unreadable};resent`);
  await eventually(
    () => stage.stored(readable.slice('mx-fgr/'.length)),
    ({ length }) => length === 0,
  );
});

test('what could never be read of a thread leaves with it: its letter, and its record in the lane', async () => {
  const [first = '', cut = '', nameless = '', two = '', other = ''] = Array.from({ length: 5 }, randomUUID);
  const isOf = (thread: string) => ({ ce_thread: `mx-fgr/${thread}` });
  const unread = (id: string, change: (headers: LogRecord['headers']) => LogRecord['headers']) =>
    spoilt(
      ({ value, headers }) => ({ value: bytesOf(value).subarray(0, 40), headers: change(headers) }),
      eventRecord(stage.codec, { id, kind }),
    );
  const begun = eventRecord(stage.codec, { id: first, kind });
  const lane = { topic: `puebla.${kind}`, partition: begun.record.partition };
  const offsets = await stage.send([
    begun,
    unread(cut, (headers) => ({ ...headers, ...isOf(first) })),
    unread(nameless, () => isOf(first)),
    unread(two, (headers) => ({ ...headers, ...isOf(first), ce_id: randomUUID() })),
    unread(other, (headers) => ({ ...headers, ...isOf(other) })),
  ]);
  const [, ofCut = '', ofNameless = '', ofTwo = '', ofOther = ''] = offsets.map(
    (offset) => `${lane.topic}/${lane.partition}/${offset}`,
  );
  /** Of the newest record under each name. */
  const standing = async (): Promise<string[]> => {
    const newest = new Map((await letters()).map(({ key, value }) => [key ?? '', value]));
    return [ofCut, ofNameless, ofTwo, ofOther].filter((name) => (newest.get(name) ?? null) !== null);
  };
  await eventually(standing, ({ length }) => length === 4);
  await stage.send([recallOf(`mx-fgr/${first}`)]);
  expect(await eventually(standing, ({ length }) => length <= 1)).toEqual([ofOther]);
  const to = offsetOf(await ends(stage.kafka, [lane.topic]), lane);
  const erased: (string | null)[] = [];
  for await (const piece of readLane(stage.kafka, 'taken-back', { ...lane, from: offsets[0] ?? 0, to }))
    erased.push(...piece.filter(isTombstone).map(({ key }) => key));
  expect(erased).toEqual(
    expect.arrayContaining([cut, nameless].flatMap((id) => [`mx-fgr/${id}`, `mx-fgr/${id};resent`])),
  );
  // Under its key another event may stand.
  for (const id of [two, other]) expect(erased).not.toContain(`mx-fgr/${id}`);
});

test('a recall that cannot be decoded has its letter, although it is known already that its event was taken back', async () => {
  const name = `mx-fgr/${randomUUID()}`;
  await stage.send([recallOf(name)]);
  await eventually(
    () => stage.stored(idOfRecall(name)),
    ({ length }) => length === 1,
  );
  const again = spoilt(({ value }) => ({ value: bytesOf(value).subarray(0, 5) }), recallOf(name));
  const [offset = -1] = await stage.send([again]);
  const { topic, partition } = again.record;
  const [letter] = await eventually(
    () => named(`${topic}/${partition}/${offset}`),
    ({ length }) => length > 0,
  );
  expect(letter?.headers).toMatchObject({ ce_recalls: name, 'dead-reason': 'undecodable' });
});

const idOfRecall = (name: string): string => `${name.split('/').at(-1)}-r`;

function recallOf(name: string): EventRecord {
  const recall = kindOf('recall');
  if (recall === undefined) throw new Error('no recalls');
  const head = { agency: 'mx-fgr', participant: 'MX', kind: 'recall', time: '2026-01-01T00:00:00Z' } as const;
  const of = { id: idOfRecall(name), tlp: 'CLEAR', thread: name, recalls: name } as const;
  const value = stage.codec.encode(recall, { of: `/v1/events/${name}`, reason: 'OTHER' });
  return toRecord(`puebla.${kind}`, { ...head, ...of }, value, idOfRecall(name));
}
