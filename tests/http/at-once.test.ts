import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askAgain } from '../../services/kit/ask-again.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { type Json, keptBy } from './ask.ts';
import { clearedRegister, draftsOf, leave } from './drafts.ts';
import { alert, recall, version } from './taken-back.ts';

/** What two do with one draft at the same moment: one of them is told that it was done, and what he was told holds. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({ directory: { register: clearedRegister } });
});
afterAll(() => exchange.close());

const { ask, ...drafts } = draftsOf(() => exchange);
/** Again while it is refused for now, as a client does: a busy machine takes its time. */
const again = (once: () => Promise<Response>): Promise<Response> => askAgain(60_000, once);
const sign: typeof drafts.sign = (...asked) => again(() => drafts.sign(...asked));
const giveBack: typeof drafts.giveBack = (...asked) => again(() => drafts.giveBack(...asked));

const author = 'mx-fgr/duty';
const releaser = 'mx-fgr/releaser';
const reason = 'EJERCICIO: falta el lugar';
const secret = (): Json => ({ ...exampleEvent('alert', randomUUID()), tlp: 'RED', audience: 'gt-pgn' });

async function drafted(event: Json): Promise<string> {
  const answer = await exchange.post(await exchange.token(author), event);
  const { draft } = (await answer.json()) as { draft: string };
  expect(answer.status).toBe(202);
  return draft;
}
const take = (draft: string): Promise<Response> => again(() => ask(draft, author, { method: 'DELETE' }));
const stateOf = async (draft: string): Promise<unknown> => {
  const answer = await ask(draft, author);
  return answer.status === 200 ? ((await answer.json()) as Json)['state'] : answer.status;
};
/** Both, the second so many milliseconds later. */
async function atOnce(
  one: () => Promise<Response>,
  other: () => Promise<Response>,
  ms: number,
): Promise<[number, number]> {
  const late = sleep(ms).then(other);
  return [(await one()).status, (await late).status];
}
const moments = Array.from({ length: 24 }, (_, round) => Math.floor(round / 2));

test('what is taken away while it is returned is not there again', async () => {
  for (const ms of moments) {
    const draft = await drafted(secret());
    const [taken, returned] = await atOnce(
      () => take(draft),
      () => giveBack(draft, releaser, { reason }),
      ms,
    );
    expect(taken).toBe(204);
    expect([200, 404]).toContain(returned);
    expect(await stateOf(draft)).toBe(404);
  }
});

test('what is taken away while it is signed is not published', async () => {
  for (const ms of moments) {
    const draft = await drafted(secret());
    const [signed, taken] = await atOnce(
      () => sign(draft, releaser),
      () => take(draft),
      ms,
    );
    expect(['201 404', '404 204']).toContain(`${signed} ${taken}`);
  }
});

test('what is returned while it is signed is published or returned, not both', async () => {
  for (const ms of moments) {
    const draft = await drafted(secret());
    const [signed, returned] = await atOnce(
      () => sign(draft, releaser),
      () => giveBack(draft, releaser, { reason }),
      ms,
    );
    expect(['201 404', '409 200']).toContain(`${signed} ${returned}`);
    expect(await stateOf(draft)).toBe(signed === 201 ? 404 : 'RETURNED');
  }
});

test('what is sent again while it is signed waits, or is told that it has been published', async () => {
  for (const ms of moments) {
    const event = secret();
    const draft = await drafted(event);
    const { time } = (await (await ask(draft, releaser)).json()) as Json;
    const token = await exchange.token(author);
    const [signed, sent] = await atOnce(
      () => sign(draft, releaser, { time }),
      () => exchange.post(token, { ...event, subject: 'EJERCICIO' }),
      ms,
    );
    expect(['201 409', '409 202']).toContain(`${signed} ${sent}`);
    expect(await stateOf(draft)).toBe(signed === 201 ? 404 : 'WAITING');
  }
});

test('what is returned while its thread is taken back waits no more', async () => {
  for (const ms of moments) {
    const of = await keptBy(exchange, author, alert({ tlp: 'AMBER', audience: 'GT' }));
    const newer = await drafted(version(of, { tlp: 'RED', audience: 'gt-pgn' }));
    const token = await exchange.token('mx-fgr');
    const [taken] = await atOnce(
      () => exchange.post(token, recall(of)),
      () => giveBack(newer, releaser, { reason }),
      ms,
    );
    expect(taken).toBe(201);
    expect(await stateOf(newer)).toBe(404);
  }
});

test.each(['returned', 'taken away'])(
  'what was published and still waits, since its gateway was ended before it took it away, cannot be %s',
  async (what) => {
    const draft = await drafted(secret());
    const {
      address: _address,
      due: _due,
      overdue: _overdue,
      maySign: _maySign,
      ...entry
    } = (await (await ask(draft, releaser)).json()) as Json;
    expect((await sign(draft, releaser)).status).toBe(201);
    await leave({ ...entry, author: 'duty' });
    for (const until = Date.now() + 60_000; (await stateOf(draft)) !== 'WAITING' && Date.now() < until; )
      await sleep(20);
    const answer = what === 'returned' ? giveBack(draft, releaser, { reason }) : take(draft);
    expect((await answer).status).toBe(404);
    expect(await stateOf(draft)).toBe(404);
  },
);
