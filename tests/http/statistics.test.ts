import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { headersOf } from '../stream/ways-out.ts';
import { expectProblem, type Json, keptBy, whenApplied } from './ask.ts';

/** Statistics over HTTP, of events with versions; who may read what is counted: `tests/stream/who-may-read.test.ts`. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

const day = '2019-05-06';
const alert = (country: string, more: Json = {}, data: Json = {}): Json => ({
  ...exampleEvent('alert', randomUUID(), {
    places: [{ leg: 'TRANSIT', country }],
    occurred: { from: day },
    ...data,
  }),
  ...more,
});

async function countedIn(country: string, since: string, who?: string): Promise<unknown> {
  const query = new URLSearchParams({ country, since, by: 'day' });
  const headers = headersOf(who === undefined ? undefined : await exchange.token(who));
  const answer = await whenApplied(() => fetch(`${exchange.url}/v1/statistics?${query}`, { headers }));
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  return answer.json();
}

test('an event is counted once, by its newest version, by who may read that; not when it was taken back', async () => {
  const since = new Date().toISOString();
  const counts = async () => [
    await countedIn('TF', since),
    await countedIn('HM', since),
    await countedIn('HM', since, 'gt-pgn'),
  ];
  const none = { by: 'day', zone: 'UTC', total: 0, items: [], more: false };
  const item = { period: day, kind: 'alert', category: 'SMUGGLING', count: 1 };
  const one = { ...none, total: 1, items: [item] };
  const category = { category: 'SMUGGLING' };
  const first = await keptBy(exchange, 'mx-fgr', alert('TF', {}, category));
  expect(await counts()).toEqual([one, none, none]);
  const update = { messageType: 'UPDATE', references: [first], ...category };
  await keptBy(exchange, 'mx-fgr', alert('HM', {}, update));
  expect(await counts()).toEqual([none, one, one]);
  await keptBy(exchange, 'mx-fgr', alert('HM', { tlp: 'AMBER', audience: 'gt-pgn' }, update));
  expect(await counts()).toEqual([none, none, one]);
  const recall = {
    specversion: '1.0',
    id: randomUUID(),
    type: 'recall',
    data: { of: first, reason: 'INCORRECT' },
  };
  await keptBy(exchange, 'mx-fgr', recall);
  expect(await counts()).toEqual([none, none, none]);
});

test('what is asked wrong is refused with what would be taken', async () => {
  const answer = await fetch(`${exchange.url}/v1/statistics?by=week`);
  expect(await expectProblem(answer, 'bad-request')).toMatchObject({
    violations: [{ pointer: '/by', rule: 'enum', allowed: ['day', 'month', 'year'] }],
  });
});
