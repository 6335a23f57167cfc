import { randomUUID } from 'node:crypto';
import { participantOf } from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { openLanes } from '../stream/lanes.ts';
import { headersOf } from '../stream/ways-out.ts';
import { expectProblem, type Json, linesOf, types, uploadLines, whenApplied } from './ask.ts';

/** Steps and versions over HTTP: all of a thread in one lane, whoever writes it, and each by whom it is for to take. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

/** A referral between two agencies, as one of them says its step. */
interface Case {
  readonly from: string;
  readonly to: string;
  step(state: string, follows: string | null, more?: Json): Json;
}

function newCase(from = 'mx-fgr', to = 'gt-pgn'): Case {
  const caseHandle = randomUUID();
  return {
    from,
    to,
    step: (state, follows, more = {}) => ({
      ...exampleEvent('referral', randomUUID(), {
        from,
        to,
        caseHandle,
        state,
        follows,
        answerBy: null,
        ...more,
      }),
      tlp: 'AMBER_STRICT',
      audience: `${from},${to}`,
    }),
  };
}

interface Kept {
  readonly id: string;
  readonly address: string;
  readonly void?: readonly { readonly rule: string }[];
}

const post = async (agency: string, event: Json): Promise<Response> =>
  exchange.post(await exchange.token(agency), event);

async function kept(agency: string, event: Json): Promise<Kept> {
  const answer = await whenApplied(() => post(agency, event));
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`${answer.status} ${text}`);
  return JSON.parse(text);
}

/** Rules of what is refused. */
async function refusal(agency: string, event: Json): Promise<string[]> {
  const problem = await expectProblem(await whenApplied(() => post(agency, event)), 'invalid');
  return (problem['violations'] as { pointer: string; rule: string }[]).map(
    ({ pointer, rule }) => `${pointer} ${rule}`,
  );
}

async function threadOf(agency: string, address: string): Promise<{ thread: string; items: Json[] }> {
  const path = address.replace('/events/', '/threads/');
  const headers = headersOf(await exchange.token(agency));
  const answer = await whenApplied(() => fetch(`${exchange.url}${path}`, { headers }));
  if (answer.status !== 200) throw new Error(`${answer.status}`);
  return (await answer.json()) as { thread: string; items: Json[] };
}

const outcome = 'ASSISTED';

test('a referral is answered and closed in the lane of its first event, whoever steps', async () => {
  const one = newCase();
  const referred = await kept(one.from, one.step('REFERRED', null));
  const accepted = await kept(one.to, one.step('ACCEPTED', referred.address));
  const closed = await kept(one.from, one.step('CLOSED', accepted.address, { outcome }));
  for (const reader of [one.from, one.to]) {
    const { thread, items } = await threadOf(reader, accepted.address);
    expect(thread).toBe(`mx-fgr/${referred.id}`);
    expect(items.map(({ id, source, thread: of }) => [id, source, of])).toEqual([
      [referred.id, 'mx-fgr', undefined],
      [accepted.id, 'gt-pgn', thread],
      [closed.id, 'mx-fgr', thread],
    ]);
  }
  const lanes = await openLanes();
  try {
    const stands = await lanes.find('puebla.referral', `gt-pgn/${accepted.id}`);
    expect(stands?.partition).toBe(participantOf('MX')?.lane);
  } finally {
    lanes.close();
  }
});

test('the same step again is the same event, from every content mode', async () => {
  const one = newCase();
  const referred = await kept(one.from, one.step('REFERRED', null));
  const step = one.step('ACCEPTED', referred.address);
  const first = await kept(one.to, step);
  const token = await exchange.token(one.to);
  const { receipt: _receipt, ...again } = (await kept(one.to, step)) as Kept & { receipt: string };
  expect(again).toMatchObject({ id: first.id, address: first.address });
  const batch = await exchange.post(token, [step], { 'Content-Type': types.batch });
  expect(await batch.json()).toMatchObject([{ status: 201, address: first.address }]);
  const lines = await uploadLines(exchange, token, linesOf([step]), { query: '?receipts=true' });
  expect(lines[0]).toMatchObject({ line: 1, status: 201, address: first.address });
  expect((await threadOf(one.from, first.address)).items).toHaveLength(2);
});

test('a whole case goes in one upload: a line may follow the line before', async () => {
  const from = 'mx-fgr';
  const one = newCase(from);
  const first = one.step('REFERRED', null);
  const second = one.step('CLOSED', `/v1/events/${from}/${first['id']}`, { outcome: 'WITHDRAWN' });
  const answers = await uploadLines(exchange, await exchange.token(from), linesOf([first, second]));
  expect(answers.at(-1)).toEqual({ through: 2 });
  expect((await threadOf(one.to, `/v1/events/${from}/${first['id']}`)).items).toHaveLength(2);
});

test('of two steps that follow the same one the first in lane order counts, and the other’s sender is told', async () => {
  for (let round = 0; round < 5; round += 1) {
    const one = newCase();
    const referred = await kept(one.from, one.step('REFERRED', null));
    const accepted = await kept(one.to, one.step('ACCEPTED', referred.address));
    const both = await Promise.allSettled([
      kept(one.from, one.step('CLOSED', accepted.address, { outcome })),
      kept(one.to, one.step('CLOSED', accepted.address, { outcome })),
    ]);
    const done = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = both.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    const voided = done.filter((each) => each.void !== undefined);
    // One of them may have been so late that it was refused at once.
    expect([done.length - voided.length, voided.length + refused.length]).toEqual([1, 1]);
    for (const each of voided) expect(each.void).toMatchObject([{ rule: 'step/void' }]);
    for (const text of refused) expect(text).toMatch(/^Error: 422 .*step\/void/);
  }
});

describe('what is refused', () => {
  test('steps out of turn, by others, or of what is over', async () => {
    const one = newCase();
    const referred = await kept(one.from, one.step('REFERRED', null));
    expect(await refusal(one.from, one.step('ACCEPTED', referred.address))).toEqual([
      '/data/state step/turn',
    ]);
    const accepted = await kept(one.to, one.step('ACCEPTED', referred.address));
    expect(await refusal(one.to, one.step('DECLINED', accepted.address, { reason: 'NO_CAPACITY' }))).toEqual([
      '/data/state step/illegal',
    ]);
    expect(await refusal(one.to, one.step('CLOSED', referred.address, { outcome }))).toEqual([
      '/data/follows step/void',
    ]);
  });

  test('what one may not read is referred to like what does not exist', async () => {
    const one = newCase();
    const referred = await kept(one.from, one.step('REFERRED', null));
    const other = newCase('us-dhs', 'gt-mp');
    const nothing = '/v1/events/mx-fgr/does-not-exist';
    for (const follows of [referred.address, nothing])
      expect(await refusal('us-dhs', other.step('CLOSED', follows, { outcome }))).toEqual([
        '/data/follows thread/unknown',
      ]);
  });

  test('an event of another kind is no step to follow', async () => {
    const alert = await kept('mx-fgr', exampleEvent('alert', randomUUID()));
    const one = newCase();
    expect(await refusal(one.from, one.step('CLOSED', alert.address, { outcome }))).toEqual([
      '/data/follows thread/unknown',
    ]);
  });
});

describe('versions of an alert', () => {
  const version = (messageType: string, address: string): Json =>
    exampleEvent('alert', randomUUID(), { messageType, references: [address] });

  test('are published by its owner, each in the thread of the first', async () => {
    const first = await kept('mx-fgr', exampleEvent('alert', randomUUID()));
    const second = await kept('mx-fgr', version('UPDATE', first.address));
    const third = await kept('mx-fgr', version('CANCEL', second.address));
    const { thread, items } = await threadOf('gt-pgn', third.address);
    expect([thread, items.map(({ id }) => id)]).toEqual([
      `mx-fgr/${first.id}`,
      [first.id, second.id, third.id],
    ]);
    expect(await refusal('mx-inm', version('UPDATE', first.address))).toEqual(['/source thread/owner']);
    expect(await refusal('mx-fgr', version('UPDATE', '/v1/events/mx-fgr/none'))).toEqual([
      '/data/references/0 thread/unknown',
    ]);
  });

  test('a thread shows each reader those that he may have', async () => {
    const first = await kept('mx-fgr', exampleEvent('alert', randomUUID()));
    const narrow = { ...version('UPDATE', first.address), tlp: 'AMBER_STRICT', audience: 'gt-pgn' };
    const second = await kept('mx-fgr', narrow);
    expect((await threadOf('gt-pgn', first.address)).items.map(({ id }) => id)).toEqual([
      first.id,
      second.id,
    ]);
    // Who may not have the newest has none of the thread.
    const headers = headersOf(await exchange.token('gt-mp'));
    for (const { address } of [first, second]) {
      const path = address.replace('/events/', '/threads/');
      expect((await fetch(`${exchange.url}${path}`, { headers })).status).toBe(404);
    }
  });

  test('a thread that was widened shows its new readers the version that is for them', async () => {
    const strict = { ...exampleEvent('alert', randomUUID()), tlp: 'AMBER_STRICT', audience: 'gt-pgn' };
    const first = await kept('mx-fgr', strict);
    const second = await kept('mx-fgr', version('UPDATE', first.address));
    expect((await threadOf('gt-mp', second.address)).items.map(({ id }) => id)).toEqual([second.id]);
  });
});
