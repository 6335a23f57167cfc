import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { untilPlaced } from '../stream/ways-out.ts';
import { openStream } from '../stream-client.ts';
import { expectProblem, type Json, linesOf, parseLines, types, uploadLines, whenApplied } from './ask.ts';
import { clearedRegister, draftsOf, leave } from './drafts.ts';

/** In danger to life: a RED alert goes out with one signature, and a second person is asked for its review. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({ directory: { register: clearedRegister } });
});
afterAll(() => exchange.close());

const { ask, sign, giveBack, listed: all } = draftsOf(() => exchange);

const urgent = (): Json => ({
  ...exampleEvent('alert', randomUUID()),
  tlp: 'RED',
  audience: 'gt-pgn',
  danger: 'LIFE',
});
const addressOf = (event: Json): string => `/v1/events/mx-fgr/${event['id']}`;
const reviewOf = (event: Json): string => `/v1/drafts/mx-fgr/${event['id']}`;

async function publish(event: Json, who = 'mx-fgr/duty'): Promise<Json> {
  const answer = await exchange.post(await exchange.token(who), event);
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`${answer.status} ${text}`);
  return JSON.parse(text) as Json;
}

async function listed(event: Json, who = 'mx-fgr/releaser'): Promise<Json | undefined> {
  return (await all(who)).find((item) => item['address'] === reviewOf(event));
}

/** What the audit of the agency's participant tells of an event, once that many entries are there. */
async function audited(event: Json, count: number): Promise<string[]> {
  for (const until = Date.now() + 60_000; ; ) {
    const answer = await whenApplied(() => ask(`/v1/audit?event=${addressOf(event)}`, 'mx-fgr'));
    const entries = parseLines(await answer.text());
    if (entries.length >= count || Date.now() > until)
      return entries.map(({ what, person }) => `${what} ${person}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function leaveReview({ id }: Json, due: string): Promise<void> {
  const of = { agency: 'mx-fgr', id, kind: 'alert', author: 'duty', signer: 'mx-fgr', reason: null };
  await leave({ ...of, time: '2026-01-01T00:00:00Z', due, state: 'REVIEW' });
  for (const until = Date.now() + 60_000; (await listed({ id })) === undefined && Date.now() < until; )
    await new Promise((resolve) => setTimeout(resolve, 20));
}

test('it goes out at once, marked so, and another person confirms it within 24 hours', async () => {
  const event = urgent();
  const stream = await openStream(exchange.url, { token: await exchange.token('gt-pgn/duty') });
  await untilPlaced(stream);
  const { review, due } = await publish(event);
  expect(review).toBe(reviewOf(event));
  const left = Date.parse(String(due)) - Date.now();
  expect([left > 23.9 * 3_600_000, left <= 24 * 3_600_000]).toEqual([true, true]);
  await stream.until(() => stream.ids().includes(String(event['id'])));
  stream.close();
  const read = await whenApplied(() => ask(addressOf(event), 'gt-pgn/duty'));
  const shown = (await read.json()) as Json;
  expect(shown).toMatchObject({ danger: 'LIFE', tlp: 'RED' });
  expect(shown).not.toHaveProperty('signedby');

  expect(await listed(event)).toMatchObject({ state: 'REVIEW', due, overdue: false, maySign: true });
  expect(await listed(event, 'mx-fgr/duty')).toMatchObject({ state: 'REVIEW', maySign: false });
  for (const who of ['gt-pgn/duty', 'mx-inm/releaser', 'ts-office'])
    expect([who, await listed(event, who)]).toEqual([who, undefined]);
  const entry = await (await ask(reviewOf(event), 'mx-fgr/releaser')).text();
  expect(entry).not.toMatch(/"event"|EJERCICIO|headline/);

  await expectProblem(await sign(reviewOf(event), 'mx-fgr/duty'), 'not-permitted');
  await expectProblem(await sign(reviewOf(event), 'mx-fgr'), 'not-permitted');
  await expectProblem(await sign(reviewOf(event), 'mx-inm/releaser'), 'not-found');
  const taken = await ask(reviewOf(event), 'mx-fgr/duty', { method: 'DELETE' });
  const problem = await expectProblem(taken, 'not-permitted');
  expect(problem['violations']).toMatchObject([{ rule: 'signature/review' }]);

  const confirmed = await sign(reviewOf(event), 'mx-fgr/releaser');
  expect([confirmed.status, await confirmed.json()]).toEqual([
    200,
    { id: event['id'], agency: 'mx-fgr', kind: 'alert', address: addressOf(event) },
  ]);
  expect(await listed(event)).toBeUndefined();
  expect(await audited(event, 2)).toEqual(expect.arrayContaining(['published duty', 'signed releaser']));
  // Its author asks again: it is kept, and reviewed.
  expect(await publish(event)).not.toHaveProperty('review');
  expect(await listed(event)).toBeUndefined();
});

test('what is objected to stays with its reason, until its owner has taken the next step', async () => {
  const event = urgent();
  await publish(event);
  const objected = await giveBack(reviewOf(event), 'mx-fgr/releaser', { reason: 'EXERCISE: wrong agency' });
  expect(await objected.json()).toMatchObject({ state: 'OBJECTED', reason: 'EXERCISE: wrong agency' });
  expect(await listed(event, 'mx-fgr/duty')).toMatchObject({
    state: 'OBJECTED',
    reason: 'EXERCISE: wrong agency',
  });
  expect((await whenApplied(() => ask(addressOf(event), 'gt-pgn/duty'))).status).toBe(200);
  expect(await audited(event, 2)).toEqual(expect.arrayContaining(['published duty', 'returned releaser']));
  expect((await ask(reviewOf(event), 'mx-fgr/duty', { method: 'DELETE' })).status).toBe(204);
});

test('a review stands through a restart and through a retry, and nothing sent later takes it away', async () => {
  const event = urgent();
  const { due } = await publish(event);
  await exchange.restart();
  expect(await listed(event)).toMatchObject({ state: 'REVIEW', due });
  expect(await publish(event)).toMatchObject({ address: addressOf(event), due });
  const { danger: _danger, ...waiting } = event;
  const token = await exchange.token('mx-fgr/duty');
  await expectProblem(await exchange.post(token, waiting), 'id-conflict');
  await expectProblem(await exchange.post(token, { ...event, subject: 'EXERCISE' }), 'id-conflict');
  expect(await listed(event)).toMatchObject({ state: 'REVIEW', due });
});

test('one that is overdue is shown so', async () => {
  const event = urgent();
  await leaveReview(event, new Date(Date.now() - 60_000).toISOString());
  expect(await listed(event)).toMatchObject({ state: 'REVIEW', overdue: true });
  expect((await sign(reviewOf(event), 'mx-fgr/releaser')).status).toBe(200);
});

test('after an end between the two the next try publishes, and its time has run since the first', async () => {
  const event = urgent();
  const due = new Date(Date.now() + 3_600_000).toISOString();
  await leaveReview(event, due);
  const { danger: _danger, ...waiting } = event;
  await expectProblem(await exchange.post(await exchange.token('mx-fgr/duty'), waiting), 'id-conflict');
  expect(await publish(event)).toMatchObject({ review: reviewOf(event), due });
  expect((await sign(reviewOf(event), 'mx-fgr/releaser')).status).toBe(200);
});

test('who publishes it in the end is not who reviews it, whoever had tried before', async () => {
  const event = urgent();
  const due = new Date(Date.now() + 3_600_000).toISOString();
  // Of the one on duty, whose own try was not kept.
  await leaveReview(event, due);
  expect(await publish(event, 'mx-fgr/releaser')).toMatchObject({ review: reviewOf(event), due });
  await expectProblem(await sign(reviewOf(event), 'mx-fgr/releaser'), 'not-permitted');
  expect(await listed(event)).toMatchObject({ state: 'REVIEW', due, maySign: false });
});

test('it takes the place of the same alert that waits for its second signature', async () => {
  const event = urgent();
  const { danger: _danger, ...waiting } = event;
  expect((await exchange.post(await exchange.token('mx-fgr/duty'), waiting)).status).toBe(202);
  expect(await listed(event)).toMatchObject({ state: 'WAITING', due: null, overdue: false });
  await publish(event);
  expect(await listed(event)).toMatchObject({ state: 'REVIEW' });
});

test('among others it is refused: it is sent alone', async () => {
  const token = await exchange.token('mx-fgr/duty');
  const batch = await exchange.post(token, [urgent()], { 'Content-Type': types.batch });
  const refused = { status: 403, problem: { violations: [{ rule: 'signature/alone' }] } };
  expect(await batch.json()).toMatchObject([refused]);
  expect((await uploadLines(exchange, token, linesOf([urgent()])))[0]).toMatchObject(refused);
});

test('what is refused leaves no review', async () => {
  const event = urgent();
  const token = await exchange.token('mx-fgr/duty');
  await expectProblem(await exchange.post(token, { ...event, tlp: 'AMBER_STRICT' }), 'not-permitted');
  await expectProblem(await exchange.post(token, { ...event, data: {} }), 'invalid');
  expect(await listed(event)).toBeUndefined();
});
