import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { openLanes } from '../stream/lanes.ts';
import { cursorNow, feeds, headersOf, type Page, pageOf } from '../stream/ways-out.ts';
import { has, openStream, type StreamClient } from '../stream-client.ts';
import { expectProblem, type Json, keptBy, postAs, whenApplied } from './ask.ts';

/** What is taken back, or given to fewer: gone from every way out, and whoever loses sight is told the address, and nobody else. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

const post = (who: string, event: Json): Promise<Response> => postAs(exchange, who, event);
const kept = (who: string, event: Json): Promise<string> => keptBy(exchange, who, event);

const idOf = (address: string): string => address.split('/').at(-1) ?? '';
const alert = (marking: Json, data: Json = {}): Json => ({
  ...exampleEvent('alert', randomUUID(), data),
  ...marking,
});
const version = (of: string, marking: Json): Json =>
  alert(marking, { messageType: 'UPDATE', references: [of] });
const recall = (of: string, reason = 'INCORRECT'): Json => ({
  specversion: '1.0',
  id: randomUUID(),
  type: 'recall',
  data: { of, reason },
});

async function statusOf(who: string | undefined, path: string): Promise<number> {
  const headers = headersOf(who === undefined ? undefined : await exchange.token(who), '*/*');
  const answer = await whenApplied(() => fetch(`${exchange.url}${path}`, { headers }));
  await answer.arrayBuffer();
  return answer.status;
}

async function pageFrom(who: string, cursor: string, query = ''): Promise<Page> {
  return pageOf(exchange, { token: await exchange.token(who), cursor, query, limit: 1_000 });
}

const shownIn = ({ items }: Page): string[] => items.map(({ source, id }) => `/v1/events/${source}/${id}`);
const withdrawnIn = ({ withdrawn }: Page): readonly string[] => withdrawn;
const withdrawnOn = (stream: StreamClient): unknown[] =>
  stream.events.filter(({ event }) => event === 'withdrawn').map(({ data }) => data);

/** Live streams of several readers, each past its beginning. */
async function streams<Who extends string>(...whos: readonly Who[]): Promise<Record<Who, StreamClient>> {
  const open = await Promise.all(
    whos.map(async (who) => {
      const stream = await openStream(exchange.url, { token: await exchange.token(who) });
      await stream.until(() => stream.lastId() !== undefined);
      return [who, stream] as const;
    }),
  );
  return Object.fromEntries(open) as Record<Who, StreamClient>;
}

/** Something that everybody sees: what was published before has gone by where it has been seen. */
async function goneBy(...of: readonly StreamClient[]): Promise<void> {
  const last = idOf(await kept('mx-fgr', alert({ tlp: 'CLEAR' })));
  await Promise.all(of.map((stream) => stream.until(has(last))));
}

describe('a recall', () => {
  test('takes every version and every answer from every way out, and tells the address to who had it', async () => {
    const before = await cursorNow(exchange);
    const on = await streams('mx-fgr', 'gt-pgn', 'hn-inm', 'es-interior');
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'MX,GT' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'AMBER', audience: 'MX,GT' }));
    const data = { of: first, answer: 'ACTING', observation: null };
    const answer = await kept('gt-pgn', { ...recall(first), type: 'acknowledgement', data });
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

  test('is told to who could read the version that stood, and to nobody who had lost sight before', async () => {
    const on = await streams('gt-pgn', 'hn-inm', 'cr-oij');
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'MX,GT,CR' }));
    await kept('mx-fgr', version(first, { tlp: 'AMBER', audience: 'MX,GT,HN' }));
    await goneBy(...Object.values(on));
    expect(withdrawnOn(on['cr-oij'])).toEqual([{ address: first }]);
    await kept('mx-fgr', recall(first));
    await goneBy(...Object.values(on));
    for (const stream of Object.values(on)) {
      expect(withdrawnOn(stream)).toEqual([{ address: first }]);
      stream.close();
    }
  });

  test('stays, whatever version was on its way with it', async () => {
    for (let time = 0; time < 10; time += 1) {
      const first = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
      const [versioned, recalled] = await Promise.all([
        post('mx-fgr', version(first, { tlp: 'GREEN' })).then(
          async (answer) => (await answer.json()) as Json,
        ),
        kept('mx-fgr', recall(first)),
      ]);
      expect(recalled).toContain('/v1/events/mx-fgr/');
      const addresses = [first, ...('address' in versioned ? [String(versioned['address'])] : [])];
      for (const address of addresses) expect(await statusOf('gt-pgn', address)).toBe(404);
    }
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
    const before = await cursorNow(exchange);
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

  test('takes along what waits for a second signature to go on with it', async () => {
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER_STRICT', audience: 'gt-pgn' }));
    const waiting = await post('mx-fgr', version(first, { tlp: 'RED', audience: 'gt-pgn' }));
    expect(waiting.status).toBe(202);
    const { draft } = (await waiting.json()) as { draft: string };
    expect(await statusOf('mx-fgr', draft)).toBe(200);
    await kept('mx-fgr', recall(first));
    expect(await statusOf('mx-fgr', draft)).toBe(404);
  });

  test('of an answer takes that answer alone', async () => {
    const of = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
    const data = { of, answer: 'RECEIVED', observation: null };
    const answer = await kept('gt-pgn', { ...recall(of), type: 'acknowledgement', data });
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

describe('a version', () => {
  test('stands in the place of the one before; the history is there on request', async () => {
    const before = await cursorNow(exchange);
    const first = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'GREEN' }));
    const both = [first, second];
    const shown = async (query: string) =>
      shownIn(await pageFrom('gt-pgn', before, query)).filter((address) => both.includes(address));
    expect(await shown('')).toEqual([second]);
    expect(await shown('?history=true')).toEqual(both);
    await expectProblem(
      await fetch(`${exchange.url}/v1/events?history=yes`, { headers: headersOf(undefined) }),
      'bad-request',
    );
  });

  test('for fewer closes the history for the others, who are told the address', async () => {
    const before = await cursorNow(exchange);
    const on = await streams('gt-pgn', 'hn-inm', 'es-interior');
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'MX,GT,HN' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'AMBER', audience: 'MX,GT' }));
    await goneBy(...Object.values(on));
    expect(withdrawnOn(on['hn-inm'])).toEqual([{ address: first }]);
    expect([withdrawnOn(on['gt-pgn']), withdrawnOn(on['es-interior'])]).toEqual([[], []]);
    for (const stream of Object.values(on)) stream.close();
    for (const address of [first, second]) {
      expect(await statusOf('hn-inm', address)).toBe(404);
      expect(await statusOf('gt-pgn', address)).toBe(200);
    }
    const page = await pageFrom('hn-inm', before, '?history=true');
    expect([withdrawnIn(page), shownIn(page).includes(first)]).toEqual([[first], false]);
    const { items } = await pageFrom('gt-pgn', before);
    expect(JSON.stringify(items)).not.toContain('replaced');
  });

  test('for more opens itself alone', async () => {
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'MX,GT' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'AMBER', audience: 'MX,GT,HN' }));
    expect([await statusOf('hn-inm', first), await statusOf('hn-inm', second)]).toEqual([404, 200]);
    const data = { of: second, answer: 'RECEIVED', observation: null };
    const answer = await kept('hn-inm', { ...recall(second), type: 'acknowledgement', data });
    expect(await statusOf('mx-fgr', answer)).toBe(200);
  });
});
