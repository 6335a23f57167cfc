import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { openLanes } from '../stream/lanes.ts';
import { feeds, headersOf } from '../stream/ways-out.ts';
import { expectProblem, type Json } from './ask.ts';
import {
  acknowledgement,
  alert,
  asking,
  recall,
  shownIn,
  version,
  withdrawnIn,
  withdrawnOn,
} from './taken-back.ts';

/** What is taken back: gone from every way out, and whoever could ever read it is told the address, and nobody else. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

const { post, kept, cursorNow, statusOf, pageFrom, streams, goneBy } = asking(() => exchange);

interface Status {
  readonly address: string;
  readonly reason: string;
  readonly asked: readonly { agencies: string[]; stated: Json | null; overdue: boolean }[];
}
const recallsFor = async (who: string): Promise<Status[]> => {
  const headers = headersOf(await exchange.token(who));
  const answer = await fetch(`${exchange.url}/v1/recalls`, { headers });
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
  return ((await answer.json()) as { items: Status[] }).items;
};
const about = async (who: string, of: string) =>
  (await recallsFor(who)).filter(({ address }) => address === of);

describe('a recall', () => {
  test('takes every version and every answer from every way out, and tells the address to who had it', async () => {
    const before = await cursorNow();
    const on = await streams('mx-fgr', 'gt-pgn', 'hn-inm', 'es-interior');
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'MX,GT' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'AMBER', audience: 'MX,GT' }));
    const answer = await kept('gt-pgn', acknowledgement(first));
    for (const address of [first, second]) expect(await statusOf('gt-pgn', address)).toBe(200);

    await kept('mx-fgr', recall(first));
    for (const who of ['mx-fgr', 'gt-pgn', 'hn-inm'])
      for (const address of [first, second, answer]) {
        expect([who, await statusOf(who, address)]).toEqual([who, 404]);
        expect(await statusOf(who, address.replace('/events/', '/threads/'))).toBe(404);
        expect(await statusOf(who, `${address}/access`)).toBe(404);
      }
    await goneBy(...Object.values(on));
    expect(withdrawnOn(on['gt-pgn'])).toEqual([{ address: first }]);
    expect(withdrawnOn(on['mx-fgr'])).toEqual([{ address: first }]);
    expect([withdrawnOn(on['hn-inm']), withdrawnOn(on['es-interior'])]).toEqual([[], []]);
    for (const stream of Object.values(on)) stream.close();

    for (const query of ['', '?history=true']) {
      const page = await pageFrom('gt-pgn', before, query);
      expect(withdrawnIn(page)).toEqual([first]);
      expect(shownIn(page).filter((address) => [first, second, answer].includes(address))).toEqual([]);
      const other = await pageFrom('hn-inm', before, query);
      expect(withdrawnIn(other)).toEqual([]);
    }
  });

  test.each(feeds.filter(({ name }) => name !== 'stream, live'))(
    'is gone from history: $name',
    async (way) => {
      const lanes = await openLanes();
      try {
        const readers = ['mx-fgr', 'gt-pgn', 'ts-office', undefined];
        const open = await Promise.all(
          readers.map(async (who) =>
            way.open(exchange, { query: '?history=true', token: who && (await exchange.token(who)) }),
          ),
        );
        const first = await kept('mx-fgr', alert({ tlp: 'CLEAR' }));
        const second = await kept('mx-fgr', version(first, { tlp: 'CLEAR' }));
        await kept('mx-fgr', recall(second));
        const published = await lanes.ends();
        for (const showing of open) {
          const shown = await showing(published);
          for (const address of [first, second])
            expect(shown).not.toContain(address.replace('/v1/events/', ''));
        }
      } finally {
        lanes.close();
      }
    },
  );

  test('is told to whoever could ever read a version, of its first, also when he comes later', async () => {
    const before = await cursorNow();
    const on = await streams('gt-pgn', 'hn-inm', 'cr-oij', 'sv-fgr');
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'MX,GT,CR' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'AMBER', audience: 'MX,GT,HN' }));
    const third = await kept('mx-fgr', version(second, { tlp: 'AMBER_STRICT', audience: 'gt-pgn' }));
    await goneBy(...Object.values(on));
    // By the versions each who loses sight is told of what he could read.
    expect(withdrawnOn(on['cr-oij'])).toEqual([{ address: first }]);
    expect(withdrawnOn(on['hn-inm'])).toEqual([{ address: second }]);
    await kept('mx-fgr', recall(third));
    await goneBy(...Object.values(on));
    const told = Object.entries(on).map(([who, stream]) => [who, withdrawnOn(stream)]);
    for (const stream of Object.values(on)) stream.close();
    const address = first;
    expect(Object.fromEntries(told)).toEqual({
      'gt-pgn': [{ address }],
      'hn-inm': [{ address: second }, { address }],
      'cr-oij': [{ address }, { address }],
      'sv-fgr': [],
    });
    const statusFor = async (who: string): Promise<number> => (await about(who, first)).length;
    expect(await Promise.all(['gt-pgn', 'hn-inm', 'cr-oij', 'sv-fgr'].map(statusFor))).toEqual([1, 1, 1, 0]);
    await exchange.restart();
    for (const who of ['gt-pgn', 'hn-inm', 'cr-oij']) {
      const words = withdrawnIn(await pageFrom(who, before)).filter((one) => one === first);
      // Once for the recall, and for a version while that is not erased.
      expect([who, [1, 2].includes(words.length)]).toEqual([who, true]);
    }
    expect(withdrawnIn(await pageFrom('sv-fgr', before))).toEqual([]);
  });

  test('stays, whatever version was on its way with it, and whoever has seen that is told too', async () => {
    const { 'hn-inm': stream } = await streams('hn-inm');
    const raced: { first: string; versioned: string | undefined }[] = [];
    for (let time = 0; time < 10; time += 1) {
      const first = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'GT' }));
      const [versioned, recalled] = await Promise.all([
        post('mx-fgr', version(first, { tlp: 'AMBER', audience: 'GT,HN' })).then(
          async (answer) => (await answer.json()) as { address?: string },
        ),
        kept('mx-fgr', recall(first)),
      ]);
      expect(recalled).toContain('/v1/events/mx-fgr/');
      raced.push({ first, versioned: versioned.address });
      for (const address of [first, ...(versioned.address === undefined ? [] : [versioned.address])])
        expect(await statusOf('gt-pgn', address)).toBe(404);
    }
    await goneBy(stream);
    const seen = raced.filter(({ versioned }) => stream.ids().includes(versioned?.split('/').at(-1) ?? ''));
    expect(withdrawnOn(stream)).toEqual(
      expect.arrayContaining(seen.map(({ first }) => ({ address: first }))),
    );
    stream.close();
  });

  test('is not shown itself, and nothing goes on with what was taken back', async () => {
    const first = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
    const taken = await kept('mx-fgr', recall(first, 'CONSENT_WITHDRAWN'));
    for (const who of ['mx-fgr', 'gt-pgn']) expect(await statusOf(who, taken)).toBe(404);
    const problem = await expectProblem(await post('mx-fgr', version(first, { tlp: 'GREEN' })), 'invalid');
    expect(problem['violations']).toMatchObject([{ rule: 'thread/unknown' }]);
  });

  test('is there after a restart', async () => {
    const first = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
    const before = await cursorNow();
    await kept('mx-fgr', recall(first));
    await exchange.restart();
    expect(await statusOf('gt-pgn', first)).toBe(404);
    expect(withdrawnIn(await pageFrom('gt-pgn', before))).toEqual([first]);
  });

  test('a late retry of what was taken back does not bring it back', async () => {
    const event = alert({ tlp: 'GREEN' });
    const of = await kept('mx-fgr', event);
    await kept('mx-fgr', recall(of));
    await expectProblem(await post('mx-fgr', event), 'recalled');
    await exchange.restart();
    await expectProblem(await post('mx-fgr', event), 'recalled');
  });

  test('asked for again is the same', async () => {
    const first = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
    const event = recall(first);
    const address = await kept('mx-fgr', event);
    expect(await kept('mx-fgr', event)).toBe(address);
  });

  test('is for the owner alone, and for the Secretariat where it holds personal data', async () => {
    const of = await kept('mx-fgr', alert({ tlp: 'AMBER_STRICT', audience: 'gt-pgn' }));
    const rules = async (who: string, event: Json, code: 'invalid' | 'not-permitted') => {
      const { violations } = await expectProblem(await post(who, event), code);
      return (violations as { rule: string }[]).map(({ rule }) => rule);
    };
    // Who reads it and does not own it is told what he would be if it did not exist.
    expect(await rules('gt-pgn', recall(of), 'invalid')).toEqual(['thread/unknown']);
    expect(await rules('sv-fgr', recall(of), 'invalid')).toEqual(['thread/unknown']);
    expect(await rules('ts-office', recall(of), 'not-permitted')).toEqual(['answer/recall-reason']);
    expect(await statusOf('gt-pgn', of)).toBe(200);
    await kept('ts-office', recall(of, 'PERSONAL_DATA'));
    expect(await statusOf('gt-pgn', of)).toBe(404);
  });

  test('takes along what waits for a second signature to go on with any version', async () => {
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER_STRICT', audience: 'gt-pgn' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'AMBER_STRICT', audience: 'gt-pgn' }));
    const third = await kept('mx-fgr', version(second, { tlp: 'AMBER_STRICT', audience: 'gt-pgn' }));
    const versions = [first, second, third];
    const drafts: string[] = [];
    for (const of of versions) {
      const waiting = await post('mx-fgr', version(of, { tlp: 'RED', audience: 'gt-pgn' }));
      expect(waiting.status).toBe(202);
      drafts.push(((await waiting.json()) as { draft: string }).draft);
    }
    const states = (): Promise<number[]> => Promise.all(drafts.map((draft) => statusOf('mx-fgr', draft)));
    expect(await states()).toEqual([200, 200, 200]);
    await kept('mx-fgr', recall(first));
    expect(await states()).toEqual([404, 404, 404]);
  });

  test('takes along what waits to go on with a later step of a case', async () => {
    const caseHandle = randomUUID();
    const step = (data: Json, tlp = 'AMBER_STRICT'): Json => ({
      ...exampleEvent('referral', randomUUID(), {
        ...{ from: 'mx-fgr', to: 'gt-pgn', caseHandle, answerBy: null },
        ...data,
      }),
      tlp,
      audience: 'mx-fgr,gt-pgn',
    });
    const referred = await kept('mx-fgr', step({ state: 'REFERRED', follows: null }));
    const taken = await kept('gt-pgn', step({ state: 'ACCEPTED', follows: referred }));
    const closing = step({ state: 'CLOSED', follows: taken, outcome: 'ASSISTED' }, 'RED');
    const waiting = await post('gt-pgn', closing);
    expect(waiting.status).toBe(202);
    const { draft } = (await waiting.json()) as { draft: string };
    expect(await statusOf('gt-pgn', draft)).toBe(200);
    await kept('mx-fgr', recall(referred));
    expect(await statusOf('gt-pgn', draft)).toBe(404);
  });

  test('leaves nothing of what was sent to wait while it came', async () => {
    for (let time = 0; time < 30; time += 1) {
      const first = await kept('mx-fgr', alert({ tlp: 'AMBER_STRICT', audience: 'gt-pgn' }));
      const event = version(first, { tlp: 'RED', audience: 'gt-pgn' });
      const recalled = kept('mx-fgr', recall(first));
      await sleep(time);
      const [waiting] = await Promise.all([post('mx-fgr', event), recalled]);
      // Waiting when it came, or refused since it was gone: now, or a moment before.
      expect([202, 409, 422]).toContain(waiting.status);
      expect(await statusOf('mx-fgr', `/v1/drafts/mx-fgr/${event['id']}`)).toBe(404);
    }
  });

  test('of an answer takes that answer alone', async () => {
    const of = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
    const answer = await kept('gt-pgn', acknowledgement(of));
    const taken = await kept('gt-pgn', recall(answer));
    for (const who of ['mx-fgr', 'gt-pgn']) {
      for (const address of [answer, taken]) expect([who, await statusOf(who, address)]).toEqual([who, 404]);
      const headers = headersOf(await exchange.token(who));
      const thread = await fetch(`${exchange.url}${of.replace('/events/', '/threads/')}`, { headers });
      const { items } = (await thread.json()) as { items: Json[] };
      expect(items.map(({ type }) => type)).toEqual(['alert']);
    }
  });
});

describe('what recipients state of their copies', () => {
  const state = async (who: string, of: string, statement: Json): Promise<Response> =>
    fetch(`${exchange.url}${of.replace('/events/', '/recalls/')}/statement`, {
      method: 'POST',
      headers: { ...headersOf(await exchange.token(who)), 'Content-Type': 'application/json' },
      body: JSON.stringify(statement),
    });
  const because = 'Consta en un expediente judicial de ejercicio';

  test('the owner and the Secretariat see all of it, each recipient what is asked of him, nobody else anything', async () => {
    const of = await kept('mx-fgr', alert({ tlp: 'AMBER_STRICT', audience: 'gt-pgn,sv-fgr' }));
    await kept('mx-fgr', recall(of, 'WRONG_READERS'));
    expect((await state('gt-pgn', of, { statement: 'DELETED' })).status).toBe(200);
    expect((await state('sv-fgr', of, { statement: 'CANNOT', reason: because })).status).toBe(200);
    for (const who of ['mx-fgr', 'ts-office'])
      expect(await about(who, of)).toMatchObject([
        {
          reason: 'WRONG_READERS',
          asked: expect.arrayContaining([
            expect.objectContaining({
              agencies: ['gt-pgn'],
              stated: expect.objectContaining({ statement: 'DELETED' }),
            }),
            expect.objectContaining({
              agencies: ['sv-fgr'],
              stated: expect.objectContaining({ reason: because }),
            }),
          ]),
        },
      ]);
    expect(await about('gt-pgn', of)).toMatchObject([{ asked: [{ agencies: ['gt-pgn'] }] }]);
    for (const who of ['mx-inm', 'gt-mp', 'hn-inm']) expect(await about(who, of)).toEqual([]);
    for (const who of ['mx-fgr', 'gt-mp', 'hn-inm'])
      await expectProblem(await state(who, of, { statement: 'DELETED' }), 'not-found');
  });

  test('at AMBER one agency of a participant speaks for it; the last word counts', async () => {
    const of = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'GT' }));
    await kept('mx-fgr', recall(of));
    const stated = async () =>
      (await about('mx-fgr', of))[0]?.asked.map((one) => one.stated?.['statement'] ?? null);
    expect(await stated()).toEqual([null]);
    expect((await state('gt-mp', of, { statement: 'CANNOT', reason: because })).status).toBe(200);
    expect((await state('gt-pgn', of, { statement: 'DELETED' })).status).toBe(200);
    expect(await stated()).toEqual(['DELETED']);
  });

  test.each([{}, { statement: 'MAYBE' }, { statement: 'CANNOT' }, { statement: 'DELETED', reason: because }])(
    '%j is no statement',
    async (statement) => {
      const of = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'GT' }));
      await kept('mx-fgr', recall(of));
      await expectProblem(await state('gt-pgn', of, statement), 'bad-request');
    },
  );
});
