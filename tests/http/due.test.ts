import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { demonstrationRegister, type Register } from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { headersOf } from '../stream/ways-out.ts';
import { expectProblem, type Json, linesOf as ndjsonOf, types, uploadLines, whenApplied } from './ask.ts';
import { draftsOf } from './drafts.ts';

/** What an event asks to be acknowledged, over HTTP: who is asked, who has, what is overdue, and who is told of it. */

const register: Register = {
  ...demonstrationRegister,
  clearances: ['gt-pgn', 'mx-fgr'].map((agency) => ({
    agency,
    person: 'duty',
    by: [`${agency}/focal`, `${agency.slice(0, 2)}-other/focal`],
    from: '2026-01-01T00:00:00Z',
    to: null,
  })),
};

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({ directory: { register } });
});
afterAll(() => exchange.close());

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const anHour = 3_600_000;
/** Longer than it takes to publish an event and to ask about it. */
const soonMs = (): number => onThisMachine(4_000, 20_000);

const post = async (who: string, event: Json, headers: Record<string, string> = {}): Promise<Response> => {
  const token = await exchange.token(who);
  return whenApplied(() => exchange.post(token, event, headers));
};
async function kept(who: string, event: Json): Promise<string> {
  const answer = await post(who, event);
  const text = await answer.text();
  expect([answer.status, text]).toEqual([201, expect.any(String)]);
  return (JSON.parse(text) as { address: string }).address;
}
const alert = (marking: Json): Json => ({ ...exampleEvent('alert', randomUUID()), ...marking });
const strict = (ackby: string): Json => alert({ tlp: 'AMBER_STRICT', audience: 'gt-mp,gt-pgn', ackby });
const amber = (ackby: string): Json => alert({ tlp: 'AMBER', audience: 'GT,sv-fgr', ackby });
const acknowledge = (who: string, of: string, answer = 'RECEIVED'): Promise<string> =>
  kept(who, { specversion: '1.0', id: randomUUID(), type: 'acknowledgement', data: { of, answer } });

const ask = async (path: string, who: string | null): Promise<Response> => {
  const headers = who === null ? {} : headersOf(await exchange.token(who));
  return whenApplied(() => fetch(`${exchange.url}${path}`, { headers: { ...headers, accept: '*/*' } }));
};

const { sign, giveBack } = draftsOf(() => exchange);

interface Line {
  readonly participant: string;
  readonly agencies: readonly string[];
  readonly asked: boolean;
  readonly answered: boolean;
  readonly overdue: boolean;
  readonly answers: readonly { agency: string; answer: string; time: string; address: string }[];
}
async function linesOf(address: string, who: string): Promise<{ ackby: string | null; items: Line[] }> {
  const answer = await ask(`${address}/acknowledgements`, who);
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
  return (await answer.json()) as { ackby: string | null; items: Line[] };
}
/** `<agencies> <answers> <state>` of each line. */
const shown = async (address: string, who: string): Promise<string[]> =>
  (await linesOf(address, who)).items.map(({ agencies, asked, answered, overdue, answers }) => {
    const state = overdue ? 'overdue' : answered ? 'answered' : asked ? 'asked' : '';
    return [agencies.join(), answers.map(({ agency, answer }) => `${agency}:${answer}`).join(), state].join(
      ' ',
    );
  });

interface Due {
  readonly items: {
    address: string;
    ackby: string;
    overdue: boolean;
    own: boolean;
    missing: { participant: string; agencies: string[] }[];
  }[];
  readonly more: boolean;
  readonly overdue?: { participant: string; count: number }[];
}
async function dueFor(who: string, query = ''): Promise<Due> {
  const answer = await ask(`/v1/acknowledgements${query}`, who);
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
  return (await answer.json()) as Due;
}
/** Of one event: whose it is, and who of it is missing; undefined where it is not in the list. */
async function listed(who: string, address: string): Promise<string | undefined> {
  const item = (await dueFor(who)).items.find((each) => each.address === address);
  const missing = item?.missing.map(({ agencies }) => agencies.join()).join(' ');
  return item && `${item.own ? 'own' : 'asked'}, ${item.overdue ? 'overdue' : 'due'}: ${missing}`;
}

const guatemala = 'gt-igm,gt-pgn,gt-svet,gt-mp';

describe('who is asked, and who has answered', () => {
  test('above AMBER each agency: the owner sees all, who is asked his own line, the newest answer of each', async () => {
    const ackby = inMs(anHour);
    const of = await kept('mx-fgr', strict(ackby));
    expect(await linesOf(of, 'mx-fgr')).toMatchObject({ ackby });
    expect(await shown(of, 'mx-fgr')).toEqual(['gt-pgn  asked', 'gt-mp  asked']);
    await acknowledge('gt-mp', of);
    const last = await acknowledge('gt-mp', of, 'ACTING');
    expect(await shown(of, 'mx-fgr')).toEqual(['gt-pgn  asked', 'gt-mp gt-mp:ACTING answered']);
    expect(await shown(of, 'gt-mp')).toEqual(['gt-mp gt-mp:ACTING answered']);
    expect(await shown(of, 'gt-pgn')).toEqual(['gt-pgn  asked']);
    const { items } = await linesOf(of, 'mx-fgr');
    expect(items[1]?.answers).toEqual([
      { agency: 'gt-mp', answer: 'ACTING', time: expect.stringMatching(/^20.*Z$/), address: last },
    ]);
  });

  test('at AMBER one agency of a participant is enough, and what it says is for the owner and itself', async () => {
    const of = await kept('mx-fgr', amber(inMs(anHour)));
    await acknowledge('gt-mp', of, 'NEED_MORE');
    expect(await shown(of, 'mx-fgr')).toEqual(['sv-fgr  asked', `${guatemala} gt-mp:NEED_MORE answered`]);
    expect(await shown(of, 'gt-pgn')).toEqual([`${guatemala}  answered`]);
    expect(await shown(of, 'gt-mp')).toEqual([`${guatemala} gt-mp:NEED_MORE answered`]);
    expect(await listed('gt-pgn', of)).toBeUndefined();
    expect(await listed('sv-fgr', of)).toBe('asked, due: sv-fgr');
    expect(await listed('mx-fgr', of)).toBe('own, due: sv-fgr');
  });

  test('an event that asks nobody shows its owner who has answered, and nobody else anything', async () => {
    const of = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
    await acknowledge('gt-mp', of);
    expect(await linesOf(of, 'mx-fgr')).toMatchObject({ ackby: null });
    expect(await shown(of, 'mx-fgr')).toEqual(['gt-mp gt-mp:RECEIVED answered']);
    await expectProblem(await ask(`${of}/acknowledgements`, 'gt-mp'), 'not-found');
    expect(await listed('mx-fgr', of)).toBeUndefined();
  });

  test('an answer counts for the version that it names', async () => {
    const first = await kept('mx-fgr', amber(inMs(anHour)));
    const update = { messageType: 'UPDATE', references: [first] };
    const marking = { tlp: 'AMBER', audience: 'GT,sv-fgr', ackby: inMs(anHour) };
    const second = await kept('mx-fgr', { ...exampleEvent('alert', randomUUID(), update), ...marking });
    await acknowledge('sv-fgr', second);
    expect(await listed('sv-fgr', first)).toBe('asked, due: sv-fgr');
    expect(await listed('sv-fgr', second)).toBeUndefined();
    expect(await shown(second, 'sv-fgr')).toEqual(['sv-fgr sv-fgr:RECEIVED answered']);
  });

  test('an answer that is taken back does not count, the one before it does', async () => {
    const of = await kept('mx-fgr', amber(inMs(anHour)));
    const takeBack = async (address: string): Promise<void> => {
      const data = { of: address, reason: 'INCORRECT' };
      await kept('sv-fgr', { specversion: '1.0', id: randomUUID(), type: 'recall', data });
    };
    const first = await acknowledge('sv-fgr', of);
    const second = await acknowledge('sv-fgr', of, 'ACTING');
    await takeBack(second);
    expect(await shown(of, 'sv-fgr')).toEqual(['sv-fgr sv-fgr:RECEIVED answered']);
    await takeBack(first);
    expect(await shown(of, 'sv-fgr')).toEqual(['sv-fgr  asked']);
    expect(await listed('sv-fgr', of)).toBe('asked, due: sv-fgr');
  });

  test('who has lost sight of it by a newer version owes no answer', async () => {
    const first = await kept('mx-fgr', amber(inMs(anHour)));
    const update = { messageType: 'UPDATE', references: [first] };
    const narrower = { ...exampleEvent('alert', randomUUID(), update), tlp: 'AMBER', audience: 'sv-fgr' };
    await kept('mx-fgr', narrower);
    expect(await shown(first, 'mx-fgr')).toEqual(['sv-fgr  asked']);
    expect(await listed('gt-mp', first)).toBeUndefined();
    await expectProblem(await ask(`${first}/acknowledgements`, 'gt-mp'), 'not-found');
  });
});

test('what is overdue is seen by the owner and the one overdue, and counted for the Secretariat', async () => {
  const counts = async (): Promise<number> =>
    (await dueFor('ts-office')).overdue?.find(({ participant }) => participant === 'GT')?.count ?? 0;
  const before = await counts();
  const late = Date.now() + soonMs();
  const of = await kept('mx-fgr', strict(new Date(late).toISOString()));
  await acknowledge('gt-mp', of);
  expect(await listed('gt-pgn', of)).toBe('asked, due: gt-pgn');
  await sleep(Math.max(0, late - Date.now()) + 10);
  expect(await shown(of, 'mx-fgr')).toEqual(['gt-pgn  overdue', 'gt-mp gt-mp:RECEIVED answered']);
  expect(await shown(of, 'gt-pgn')).toEqual(['gt-pgn  overdue']);
  expect(await listed('mx-fgr', of)).toBe('own, overdue: gt-pgn');
  expect(await listed('gt-pgn', of)).toBe('asked, overdue: gt-pgn');
  for (const who of ['gt-mp', 'sv-fgr', 'ts-office']) expect(await listed(who, of)).toBeUndefined();
  expect(await counts()).toBe(before + 1);
  expect(await dueFor('gt-pgn')).not.toHaveProperty('overdue');
  const text = JSON.stringify(await dueFor('ts-office'));
  expect(text).not.toContain(of);

  await acknowledge('gt-pgn', of, 'CANNOT_HELP');
  expect(await shown(of, 'gt-pgn')).toEqual(['gt-pgn gt-pgn:CANNOT_HELP answered']);
  expect(await listed('mx-fgr', of)).toBeUndefined();
  expect(await counts()).toBe(before);
});

test('a RED event that asks is answered by a person who is cleared, and hidden from everybody else', async () => {
  const event = alert({ tlp: 'RED', audience: 'gt-pgn', ackby: inMs(anHour) });
  const waits = await post('mx-fgr/duty', event);
  expect(waits.status).toBe(202);
  const { draft } = (await waits.json()) as { draft: string };
  const headers = headersOf(await exchange.token('mx-fgr/releaser'));
  const signed = await fetch(`${exchange.url}${draft}/sign`, { method: 'POST', headers });
  expect(signed.status).toBe(201);
  const of = draft.replace('/drafts/', '/events/');
  expect(await shown(of, 'gt-pgn/duty')).toEqual(['gt-pgn  asked']);
  expect(await listed('gt-pgn/duty', of)).toBe('asked, due: gt-pgn');
  for (const who of ['gt-pgn', 'gt-pgn/releaser', 'mx-fgr']) {
    await expectProblem(await ask(`${of}/acknowledgements`, who), 'not-found');
    expect(await listed(who, of)).toBeUndefined();
  }
  await acknowledge('gt-pgn/duty', of, 'ACTING');
  expect(await shown(of, 'mx-fgr/duty')).toEqual(['gt-pgn gt-pgn:ACTING answered']);
});

test('who is not told gets what he would get if there were no such event', async () => {
  const of = await kept('mx-fgr', strict(inMs(anHour)));
  const got = async (address: string, who: string | null) => {
    const answer = await ask(`${address}/acknowledgements`, who);
    const headers = [...answer.headers].filter(([name]) => name !== 'date');
    return [answer.status, headers, await answer.text()];
  };
  for (const who of ['sv-fgr', 'gt-igm', 'ts-office', 'es-interior', null]) {
    const absent = await got(`/v1/events/mx-fgr/${randomUUID()}`, who);
    expect(absent[0]).toBe(404);
    expect(await got(of, who)).toEqual(absent);
  }
});

test('showing an answer is told to the audit as opening it', async () => {
  const of = await kept('mx-fgr', strict(inMs(anHour)));
  const address = await acknowledge('gt-mp', of);
  await linesOf(of, 'mx-fgr');
  const answer = await ask(`${address}/access`, 'gt-mp');
  expect(await answer.json()).toMatchObject({
    agencies: [{ agency: 'mx-fgr', may: true, opened: expect.stringMatching(/^20/) }],
  });
});

describe('the list', () => {
  test('has the first due first, from when it is asked', async () => {
    const later = await kept('mx-fgr', strict(inMs(2 * anHour)));
    const sooner = await kept('mx-fgr', strict(inMs(anHour)));
    const own = (await dueFor('gt-mp')).items.map(({ address }) => address);
    expect(own.indexOf(sooner)).toBeLessThan(own.indexOf(later));
    const { items, more } = await dueFor('gt-mp', `?from=${inMs(1.5 * anHour)}`);
    expect(items.map(({ address }) => address)).toContain(later);
    expect(items.map(({ address }) => address)).not.toContain(sooner);
    expect(more).toBe(false);
  });

  test('is for who signs in, and takes no parameter that it does not know', async () => {
    await expectProblem(await ask('/v1/acknowledgements', null), 'token-required');
    const problem = await expectProblem(
      await ask('/v1/acknowledgements?to=2026-01-01', 'mx-fgr'),
      'bad-request',
    );
    expect(problem['violations']).toMatchObject([{ pointer: '/to', rule: 'parameter' }]);
  });
});

describe('ackby', () => {
  test('is kept, and shown to readers, in every content mode', async () => {
    const begun = inMs(0);
    const ackby = inMs(anHour);
    const event = strict(ackby);
    const { data, ...attributes } = event;
    const binary = Object.fromEntries(
      Object.entries(attributes)
        .filter(([name]) => name !== 'datacontenttype')
        .map(([name, value]) => [`ce-${name}`, encodeURIComponent(String(value))]),
    );
    const answer = await post('mx-fgr', data as Json, { ...binary, 'Content-Type': types.json });
    expect(answer.status).toBe(201);
    const { address } = (await answer.json()) as { address: string };
    expect(await (await ask(address, 'gt-mp')).json()).toMatchObject({ ackby });
    const { items } = (await (await ask(`/v1/events?since=${begun}&limit=1000`, 'gt-mp')).json()) as {
      items: Json[];
    };
    expect(items.find(({ id }) => id === event['id'])).toMatchObject({ ackby });
    const again = await post('mx-fgr', event);
    expect([again.status, (await again.json()) as Json]).toEqual([201, expect.objectContaining({ address })]);
    await expectProblem(await post('mx-fgr', { ...event, ackby: inMs(2 * anHour) }), 'id-conflict');
  });

  test.each([
    ['ackby/marking', { tlp: 'GREEN', ackby: inMs(anHour) }],
    ['ackby/past', { tlp: 'AMBER', ackby: inMs(-1_000) }],
    ['ackby/far', { tlp: 'AMBER', ackby: inMs(91 * 24 * anHour) }],
    ['time', { tlp: 'AMBER', ackby: 'tomorrow' }],
  ])('is refused: %s', async (rule, marking) => {
    const { violations } = await expectProblem(await post('mx-fgr', alert(marking)), 'invalid');
    expect(violations).toMatchObject([{ pointer: '/ackby', rule }]);
  });

  const tooLate = [{ pointer: '/ackby', rule: 'ackby/past' }];
  const past = async (ackby: string): Promise<void> => {
    while (Date.now() <= Date.parse(ackby)) await sleep(20);
  };

  test('that has passed, of what is kept: a retry is answered as the first was, in every mode', async () => {
    const event = amber(inMs(soonMs()));
    const address = await kept('mx-fgr', event);
    await past(String(event['ackby']));
    expect(await kept('mx-fgr', event)).toBe(address);
    const other = { ...event, id: randomUUID() };
    const batch = await post('mx-fgr', [event, other] as unknown as Json, { 'Content-Type': types.batch });
    const expected = [
      { status: 201, address },
      { status: 422, problem: { violations: tooLate } },
    ];
    expect(await batch.json()).toMatchObject(expected);
    const token = await exchange.token('mx-fgr');
    const lines = await uploadLines(exchange, token, ndjsonOf([event, other]), { query: '?receipts=true' });
    expect(lines.toSorted((one, other) => Number(one['status']) - Number(other['status']))).toMatchObject(
      expected,
    );
    const { violations } = await expectProblem(await post('mx-fgr', other), 'invalid');
    expect(violations).toMatchObject(tooLate);
    await expectProblem(await post('mx-fgr', { ...event, subject: 'EJERCICIO' }), 'id-conflict');
  });

  test('that has passed while a draft waited: its signer is told so, and returns it; its author asks anew', async () => {
    const ackby = inMs(soonMs());
    const event = alert({ tlp: 'RED', audience: 'gt-pgn', ackby });
    const waiting = await post('mx-fgr/duty', event);
    expect(waiting.status).toBe(202);
    const { draft } = (await waiting.json()) as { draft: string };
    const releaser = 'mx-fgr/releaser';
    const reason = 'EJERCICIO: el plazo ya pasó';
    await past(ackby);
    const { violations } = await expectProblem(await sign(draft, releaser), 'invalid');
    expect(violations).toMatchObject(tooLate);
    expect(await (await giveBack(draft, releaser, { reason })).json()).toMatchObject({ state: 'RETURNED' });
    const again = await expectProblem(await post('mx-fgr/duty', event), 'invalid');
    expect(again['violations']).toMatchObject(tooLate);
    expect((await post('mx-fgr/duty', { ...event, ackby: inMs(anHour) })).status).toBe(202);
    expect((await sign(draft, releaser)).status).toBe(201);
  });
});
