import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  connectKafka,
  createLog,
  draftsTopic,
  ends,
  followThreads,
  type Kafka,
  readLane,
  starts,
} from '@puebla/kit';
import type { Register } from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { untilPlaced } from '../stream/ways-out.ts';
import { openStream } from '../stream-client.ts';
import { expectProblem, type Json, keptBy, linesOf, types, uploadLines, whenApplied } from './ask.ts';
import { clearedRegister, draftsOf, leave } from './drafts.ts';
import { recall } from './taken-back.ts';

/** A second signature over HTTP: what needs one waits, is seen by its agency and its sponsor alone, and is published once. */

const register: Register = {
  ...clearedRegister,
  sponsorships: [{ sponsor: 'cr-oij', sponsored: 'rncom-network', from: '2026-01-01T00:00:00Z', to: null }],
};

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({ directory: { register } });
});
afterAll(() => exchange.close());

const { ask, sign, giveBack, listed } = draftsOf(() => exchange);

const decision = (): Json => ({
  ...exampleEvent('decision', randomUUID(), { step: 'RECOMMENDED', references: [], followUp: null }),
  tlp: 'AMBER',
});
const alert = (): Json => ({ ...exampleEvent('alert', randomUUID()), tlp: 'AMBER', audience: 'SV' });

/** Sends what must wait; its address as a draft. */
async function drafted(who: string, event: Json): Promise<string> {
  const answer = await exchange.post(await exchange.token(who), event);
  const text = await answer.text();
  if (answer.status !== 202) throw new Error(`${answer.status} ${text}`);
  const { draft } = JSON.parse(text) as { draft: string };
  expect(answer.headers.get('location')).toBe(draft);
  return draft;
}

async function withKafka<T>(work: (kafka: Kafka) => Promise<T>): Promise<T> {
  const brokers = [testStack().kafka];
  const kafka = connectKafka({ brokers, clientId: 'signature-test', callTimeoutMs: 20_000 });
  return work(kafka).finally(() => kafka.close());
}

/** Of all that has waited under this identity, as the log has it. */
async function timesWaited(identity: string): Promise<string[]> {
  return withKafka(async (kafka) => {
    const [from, to] = [await starts(kafka, [draftsTopic]), await ends(kafka, [draftsTopic])];
    const times: string[] = [];
    const lane = {
      topic: draftsTopic,
      partition: 0,
      from: from[draftsTopic]?.[0] ?? 0,
      to: to[draftsTopic]?.[0] ?? 0,
    };
    for await (const records of readLane(kafka, 'times', lane))
      for (const { key, value } of records)
        if (key === identity && value !== null) times.push(JSON.parse(value.toString('utf8')).time);
    return times;
  });
}

/** As it is known once the event is erased and its identity forgotten: by the state of its thread alone. */
async function takenBackLongAgo(name: string): Promise<void> {
  const address = `/v1/events/${name}`;
  const about = { agency: 'mx-fgr', tlp: 'RED', readers: 'gt-pgn', kind: 'alert', of: address } as const;
  const recalled = { ...about, recall: `mx-fgr/${randomUUID()}`, reason: 'INCORRECT', at: Date.now() };
  await withKafka(async (kafka) => {
    const threads = await followThreads({ kafka, log: createLog({ level: 'silent' }) });
    await threads.write([{ name, offset: 0, state: { recalled } }]);
    await threads.close();
  });
  const isKnown = async (): Promise<boolean> =>
    (await (await ask('/v1/recalls', 'mx-fgr')).text()).includes(address);
  for (const until = Date.now() + 60_000; !(await isKnown()) && Date.now() < until; ) await sleep(20);
}

const statusOf = async (address: string, who: string): Promise<number> =>
  (await whenApplied(() => ask(address, who))).status;

test('a decision waits for another person of the office, and is published once signed', async () => {
  const event = decision();
  const draft = await drafted('ppt-office/duty', event);
  const address = draft.replace('/drafts/', '/events/');
  expect(await statusOf(address, 'mx-fgr')).toBe(404);
  expect(await statusOf(address, 'ppt-office')).toBe(404);

  const mine = (await listed('ppt-office/releaser')).find((item) => item['address'] === draft);
  expect(mine).toMatchObject({ kind: 'decision', signer: 'ppt-office', state: 'WAITING', maySign: true });
  expect(mine).not.toHaveProperty('event');
  expect(await (await ask(draft, 'ppt-office/releaser')).json()).toMatchObject({ event });
  expect((await listed('ppt-office/duty')).find((item) => item['address'] === draft)).toMatchObject({
    maySign: false,
  });

  await expectProblem(await sign(draft, 'ppt-office/duty'), 'not-permitted');
  await expectProblem(await sign(draft, 'ppt-office'), 'not-permitted');
  const signed = await sign(draft, 'ppt-office/releaser');
  expect([signed.status, signed.headers.get('location')]).toEqual([201, address]);
  const read = await whenApplied(() => ask(address, 'mx-fgr'));
  expect(await read.json()).toMatchObject({ office: 'PRESIDENCY', signedby: 'ppt-office', tlp: 'AMBER' });
  await expectProblem(await sign(draft, 'ppt-office/releaser'), 'not-found');
  expect((await listed('ppt-office/releaser')).map((item) => item['address'])).not.toContain(draft);

  // Its author tries again: it is kept already, and does not wait a second time.
  const again = await exchange.post(await exchange.token('ppt-office/duty'), event);
  expect([again.status, await again.json()]).toEqual([201, expect.objectContaining({ address })]);
});

test('of what is sent again at the same moment each has a time of its own', async () => {
  const event = decision();
  await Promise.all(
    Array.from({ length: 24 }, (_, n) => drafted('ppt-office/duty', { ...event, subject: `EJERCICIO ${n}` })),
  );
  const times = await timesWaited(`ppt-office/${event['id']}`);
  expect(times).not.toEqual([]);
  expect([...new Set(times)]).toEqual(times);
});

test('who says what he has read signs that alone, and not what came in its place', async () => {
  const event = decision();
  const draft = await drafted('ppt-office/duty', event);
  const timeOf = async (): Promise<unknown> =>
    ((await (await ask(draft, 'ppt-office/releaser')).json()) as Json)['time'];
  const time = await timeOf();
  await drafted('ppt-office/duty', { ...event, subject: 'EJERCICIO' });
  const reason = 'EJERCICIO: falta el lugar';
  for (const answer of [
    await sign(draft, 'ppt-office/releaser', { time }),
    await giveBack(draft, 'ppt-office/releaser', { reason, time }),
  ])
    await expectProblem(answer, 'draft-changed');
  expect((await sign(draft, 'ppt-office/releaser', { time: await timeOf() })).status).toBe(201);
});

test('two sign at once: one event', async () => {
  const draft = await drafted('ts-office/duty', decision());
  const answers = await Promise.all([1, 2, 3].map(() => sign(draft, 'ts-office/releaser')));
  for (const { status } of answers) expect([201, 404]).toContain(status);
  expect(answers.some(({ status }) => status === 201)).toBe(true);
  const address = draft.replace('/drafts/', '/events/');
  const { items } = (await (
    await ask('/v1/events?kind=decision&publisher=ts-office&since=earliest&limit=1000', 'mx-fgr')
  ).json()) as { items: Json[] };
  expect(items.filter(({ id }) => address.endsWith(`/${id}`))).toHaveLength(1);
});

describe('an alert of civil society', () => {
  test('is read by its author and its sponsor while it waits, and goes out with the sponsor’s signature', async () => {
    const draft = await drafted('rncom-network', alert());
    for (const [who, status] of [
      ['rncom-network', 200],
      ['cr-oij', 200],
      ['cr-dgme', 404],
      ['sv-pnc', 404],
      ['ts-office', 404],
    ] as const)
      expect([who, (await ask(draft, who)).status]).toEqual([who, status]);
    await expectProblem(await sign(draft, 'rncom-network/releaser'), 'not-permitted');
    await expectProblem(await sign(draft, 'cr-dgme/releaser'), 'not-found');
    expect((await sign(draft, 'cr-oij/releaser')).status).toBe(201);
    const address = draft.replace('/drafts/', '/events/');
    for (const [who, status] of [
      ['sv-pnc', 200],
      ['rncom-network', 200],
      ['cr-oij', 200],
      ['cr-dgme', 404],
    ] as const)
      expect([who, await statusOf(address, who)]).toEqual([who, status]);
  });

  test('comes back with a reason, is mended, and signed', async () => {
    const event = alert();
    const draft = await drafted('rncom-network', event);
    await expectProblem(await giveBack(draft, 'cr-oij/releaser', {}), 'bad-request');
    await expectProblem(await giveBack(draft, 'cr-oij/duty', { reason: 'EJERCICIO' }), 'not-permitted');
    const returned = await giveBack(draft, 'cr-oij/releaser', { reason: 'EJERCICIO: falta el lugar' });
    expect(await returned.json()).toMatchObject({ state: 'RETURNED', reason: 'EJERCICIO: falta el lugar' });
    expect(await (await ask(draft, 'rncom-network')).json()).toMatchObject({ state: 'RETURNED' });
    // Nobody signs what was found wanting as it is; who may not sign at all is told that, as before.
    await expectProblem(await sign(draft, 'cr-oij/releaser'), 'draft-returned');
    await expectProblem(await sign(draft, 'cr-oij/duty'), 'not-permitted');
    expect(await (await ask(draft, 'cr-oij/releaser')).json()).toMatchObject({
      state: 'RETURNED',
      maySign: false,
    });
    expect(await statusOf(draft.replace('/drafts/', '/events/'), 'sv-pnc')).toBe(404);
    expect(await drafted('rncom-network', { ...event, subject: 'EJERCICIO' })).toBe(draft);
    expect(await (await ask(draft, 'cr-oij')).json()).toMatchObject({ state: 'WAITING', reason: null });
    expect((await sign(draft, 'cr-oij/releaser')).status).toBe(201);
  });

  test('can be taken away by its agency alone', async () => {
    const draft = await drafted('rncom-network', alert());
    await expectProblem(await ask(draft, 'cr-oij', { method: 'DELETE' }), 'not-permitted');
    expect((await ask(draft, 'rncom-network', { method: 'DELETE' })).status).toBe(204);
    await expectProblem(await ask(draft, 'rncom-network'), 'not-found');
  });
});

test.each(['alone', 'in a batch', 'among lines'])(
  'the same alert with a marking that needs no signature takes the place of what waits: %s',
  async (how) => {
    const event = { ...alert(), audience: 'gt-pgn' };
    const draft = await drafted('mx-fgr/duty', { ...event, tlp: 'RED' });
    await giveBack(draft, 'mx-fgr/releaser', { reason: 'EJERCICIO: no es RED' });
    const token = await exchange.token('mx-fgr/duty');
    const narrow = { ...event, tlp: 'AMBER_STRICT' };
    if (how === 'alone') expect((await exchange.post(token, narrow)).status).toBe(201);
    else if (how === 'in a batch')
      expect((await exchange.post(token, [narrow], { 'Content-Type': types.batch })).status).toBe(201);
    else expect(await uploadLines(exchange, token, linesOf([narrow]))).toMatchObject([{ through: 1 }]);
    expect(await statusOf(draft.replace('/drafts/', '/events/'), 'gt-pgn')).toBe(200);
    await expectProblem(await ask(draft, 'mx-fgr/duty'), 'not-found');
  },
);

test.each([{}, { danger: 'LIFE' }])(
  'what was taken back waits for nobody, however long ago that was: %j',
  async (more) => {
    const event: Json = { ...alert(), tlp: 'RED', audience: 'gt-pgn', ...more };
    const name = `mx-fgr/${event['id']}`;
    await takenBackLongAgo(name);
    await expectProblem(await exchange.post(await exchange.token('mx-fgr/duty'), event), 'recalled');
    await expectProblem(await ask(`/v1/drafts/${name}`, 'mx-fgr/duty'), 'not-found');
  },
);

test('a recall takes along what waits under the id of what it takes back', async () => {
  const event: Json = { ...exampleEvent('alert', randomUUID()), tlp: 'AMBER' };
  const of = await keptBy(exchange, 'mx-fgr/duty', event);
  const draft = of.replace('/events/', '/drafts/');
  // Sent again once its identity was forgotten.
  const again = { ...event, tlp: 'RED', audience: 'gt-pgn' };
  const entry = { agency: 'mx-fgr', id: event['id'], kind: 'alert', author: 'duty', signer: 'mx-fgr' };
  await leave({ ...entry, reason: null, time: '2026-01-01T00:00:00Z', state: 'WAITING', event: again });
  for (const until = Date.now() + 60_000; (await ask(draft, 'mx-fgr/duty')).status !== 200; await sleep(20))
    expect(Date.now()).toBeLessThan(until);
  await keptBy(exchange, 'mx-fgr/duty', recall(of));
  await expectProblem(await ask(draft, 'mx-fgr/duty'), 'not-found');
});

test('it waits through a restart', async () => {
  const draft = await drafted('ppt-office/duty', decision());
  await exchange.restart();
  expect((await sign(draft, 'ppt-office/releaser')).status).toBe(201);
});

test('among others it is refused: what needs a second signature is sent alone', async () => {
  const token = await exchange.token('ppt-office/duty');
  const batch = await exchange.post(token, [decision()], { 'Content-Type': types.batch });
  expect(batch.status).toBe(207);
  expect(await batch.json()).toMatchObject([
    { status: 403, problem: { violations: [{ rule: 'signature/alone' }] } },
  ]);
  const lines = await uploadLines(exchange, token, linesOf([decision()]));
  expect(lines[0]).toMatchObject({
    line: 1,
    status: 403,
    problem: { violations: [{ rule: 'signature/alone' }] },
  });
});

test('wrong drafts are refused before they wait, and nobody signed out sees any', async () => {
  const wrong = { ...decision(), tlp: 'GREEN' };
  const answer = await exchange.post(await exchange.token('ppt-office/duty'), wrong);
  expect(answer.status).toBe(422);
  expect((await fetch(`${exchange.url}/v1/drafts`)).status).toBe(401);
});

test('a RED alert goes out signed, and is read by cleared persons alone, on every way', async () => {
  const event: Json = { ...exampleEvent('alert', randomUUID()), tlp: 'RED', audience: 'gt-pgn' };
  const stream = await openStream(exchange.url, { token: await exchange.token('gt-pgn/duty') });
  const others = await openStream(exchange.url, { token: await exchange.token('gt-pgn') });
  await Promise.all([untilPlaced(stream), untilPlaced(others)]);
  const draft = await drafted('mx-fgr/duty', event);
  await expectProblem(await sign(draft, 'mx-fgr/duty'), 'not-permitted');
  expect((await sign(draft, 'mx-fgr/releaser')).status).toBe(201);
  const address = draft.replace('/drafts/', '/events/');
  await stream.until(() => stream.ids().includes(String(event['id'])));
  for (const [who, status] of [
    ['gt-pgn/duty', 200],
    ['gt-pgn', 404],
    ['gt-pgn/releaser', 404],
    ['mx-fgr', 404],
    ['mx-fgr/duty', 404],
    ['gt-mp', 404],
  ] as const)
    expect([who, await statusOf(address, who)]).toEqual([who, status]);
  expect(others.ids()).not.toContain(event['id']);
  stream.close();
  others.close();
});

test('of a RED alert that was taken back a cleared person states what became of it, and to others of his agency it is not there', async () => {
  const event: Json = { ...exampleEvent('alert', randomUUID()), tlp: 'RED', audience: 'gt-pgn' };
  const draft = await drafted('mx-fgr/duty', event);
  expect((await sign(draft, 'mx-fgr/releaser')).status).toBe(201);
  const of = draft.replace('/drafts/', '/events/');
  await keptBy(exchange, 'mx-fgr', recall(of));
  const state = (who: string): Promise<Response> =>
    ask(`${draft.replace('/drafts/', '/recalls/')}/statement`, who, {
      method: 'POST',
      body: JSON.stringify({ statement: 'DELETED' }),
      headers: { 'Content-Type': types.json },
    });
  for (const who of ['gt-pgn', 'gt-pgn/releaser', 'gt-mp']) {
    await expectProblem(await state(who), 'not-found');
    expect(await (await ask('/v1/recalls', who)).text()).not.toContain(of);
  }
  expect(await (await state('gt-pgn/duty')).json()).toMatchObject({ address: of });
});
