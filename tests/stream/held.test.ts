import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { demonstrationRegister, type Register } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { type FaultProxy, startFaultProxy } from '../../services/kit/kafka/fault-proxy.ts';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { keptBy } from '../http/ask.ts';
import { alert, recall, shownIn } from '../http/taken-back.ts';
import { openStream } from '../stream-client.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { cursorNow, headersOf, pageOf, untilPlaced } from './ways-out.ts';

/** A page that takes long to read holds what it has found: what may not be shown any more when it goes out is not shown. */

let proxy: FaultProxy;
/** Far from the broker. */
let exchange: TestExchange;
/** Beside it. */
let other: TestExchange;
let lanes: Lanes;
/** Nobody else here publishes as these two of one participant. */
const [agency, beside] = ['pa-snm', 'pa-mp'];
const query = `?publisher=${agency}`;
/** Of each request and of each answer. */
const distanceMs = 300;
/** An agency, whose exchange has yet to start. */
const livesMs = 8_000;

beforeAll(async () => {
  const [host = '', port = ''] = testStack().kafka.split(':');
  proxy = await startFaultProxy({ host, port: Number(port) });
  other = await startTestExchange();
  exchange = await startTestExchange({ via: () => proxy.address });
  lanes = await openLanes();
});
afterAll(async () => {
  proxy?.heal();
  lanes?.close();
  await exchange?.close();
  await other?.close();
  await proxy?.close();
});

/** Some 15 MB in the lane of both: as many looks into the log. */
async function publishBeside(): Promise<void> {
  const description = 'a'.repeat(18_000);
  const information = [{ language: 'es', headline: 'EJERCICIO', description, instruction: null }];
  for (let pieces = 0; pieces < 20; pieces += 1) {
    const ids = Array.from({ length: 40 }, () => randomUUID());
    await lanes.write(ids.map((id) => ({ id, agency: beside, data: { information } })));
  }
}

test('a page on which something was taken back while it was read is not sent', async () => {
  const cursor = await cursorNow(exchange);
  const first = await keptBy(other, agency, alert({ tlp: 'CLEAR' }));
  await publishBeside();
  const last = await keptBy(other, agency, alert({ tlp: 'CLEAR' }));
  // A new instance has nothing of it in memory.
  await exchange.restart();
  const stream = await openStream(exchange.url, { query });
  await untilPlaced(stream);
  proxy.delay(distanceMs);
  let isRead = false;
  const reading = fetch(`${exchange.url}/v1/events${query}&cursor=${cursor}`).finally(() => {
    isRead = true;
  });
  await sleep(10 * distanceMs);
  await keptBy(other, agency, recall(first));
  await stream.until((events) => events.some(({ event }) => event === 'withdrawn'));
  stream.close();
  expect(isRead).toBe(false);
  const answer = await reading;
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  await answer.body?.cancel();
  proxy.heal();
  expect(shownIn(await pageOf(exchange, { query, cursor }))).toEqual([last]);
});

test('who is out before his page has begun gets none', async () => {
  const over = Date.now() + onThisMachine(livesMs, 30_000);
  const register: Register = {
    ...demonstrationRegister,
    agencies: demonstrationRegister.agencies.map((row) =>
      row.id === 'hn-mp' ? { ...row, to: new Date(over).toISOString() } : row,
    ),
  };
  const far = await startTestExchange({ via: () => proxy.address, directory: { register } });
  const headers = headersOf(await far.token('hn-mp'));
  const ask = (): Promise<Response> => fetch(`${far.url}/v1/events?limit=1`, { headers });
  expect((await ask()).status).toBe(200);
  proxy.delay(distanceMs);
  await sleep(Math.max(0, over - distanceMs - Date.now()));
  // He is known when he asks; the feeds then ask the broker where the lanes end.
  const answer = await ask().catch(() => undefined);
  proxy.heal();
  expect(answer?.status).not.toBe(200);
  await answer?.body?.cancel();
  await far.close();
});
