import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { expectProblem, type Json, whenApplied } from '../http/ask.ts';
import { has, openStream, type StreamClient } from '../stream-client.ts';
import { headersOf, untilPlaced } from './ways-out.ts';

/** An audit that has no room, as when the broker has long been away: what must not be read without an entry is not shown, all else is. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({ audit: { maxWaiting: 0 } });
});
afterAll(() => exchange.close());

async function publish(marking: Json): Promise<string> {
  const id = randomUUID();
  const answer = await exchange.post(await exchange.token('mx-fgr'), {
    ...exampleEvent('alert', id),
    ...marking,
  });
  expect(answer.status).toBe(201);
  return id;
}
const strict = { tlp: 'AMBER_STRICT', audience: 'gt-mp' };
const amber = { tlp: 'AMBER', audience: 'GT' };

async function streamOf(who: string, lastEventId?: string): Promise<StreamClient> {
  const stream = await openStream(exchange.url, { token: await exchange.token(who), lastEventId });
  await untilPlaced(stream);
  return stream;
}
const get = async (path: string, who: string): Promise<Response> =>
  whenApplied(async () => fetch(`${exchange.url}${path}`, { headers: headersOf(await exchange.token(who)) }));

test('a stream ends at its place, the owner’s and those of others go on', async () => {
  const streams = await Promise.all(['gt-mp', 'gt-pgn', 'mx-fgr'].map((who) => streamOf(who)));
  const [named, other, owner] = streams;
  const shared = await publish(amber);
  const secret = await publish(strict);
  const after = await publish({ tlp: 'GREEN' });
  await named?.ended;
  await other?.until(has(after));
  await owner?.until(has(after));
  expect(named?.ids()).toEqual([shared]);
  expect(other?.ids()).toEqual([shared, after]);
  expect(owner?.ids()).toEqual([shared, secret, after]);
  const again = await streamOf('gt-mp', named?.lastId());
  await again.ended;
  expect(again.ids()).toEqual([]);
  expect(again.events.at(-1)).toMatchObject({ event: 'error', data: { code: 'unavailable' } });
  for (const stream of streams) stream.close();
});

test('a page is refused that would have it in it', async () => {
  const since = new Date().toISOString();
  const [shared, secret] = [await publish(amber), await publish(strict)];
  const page = `/v1/events?since=${since}&limit=1000`;
  const refused = await fetch(`${exchange.url}${page}`, {
    headers: headersOf(await exchange.token('gt-mp')),
  });
  await expectProblem(refused, 'unavailable');
  expect(refused.headers.get('retry-after')).toBe('2');
  for (const who of ['gt-pgn', 'mx-fgr']) {
    const text = await (await get(page, who)).text();
    expect(text).toContain(shared);
    expect(text.includes(secret)).toBe(who === 'mx-fgr');
  }
});

test('by its address it is refused, also to its owner', async () => {
  const [shared, secret] = [await publish(amber), await publish(strict)];
  expect((await get(`/v1/events/mx-fgr/${shared}`, 'gt-mp')).status).toBe(200);
  for (const who of ['gt-mp', 'mx-fgr']) {
    const headers = headersOf(await exchange.token(who));
    const answer = await fetch(`${exchange.url}/v1/events/mx-fgr/${secret}`, { headers });
    expect((await expectProblem(answer, 'unavailable'))['reason']).toBe('audit');
  }
  expect((await get(`/v1/events/mx-fgr/${secret}`, 'hn-mp')).status).toBe(404);
});
