import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { type FaultProxy, startFaultProxy } from '../../services/kit/kafka/fault-proxy.ts';
import { type LaterSchema, laterSchema } from '../cli/later-schema.ts';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { addressOfItem, cursorNow, pageOf } from './ways-out.ts';

/** While the schema registry says nothing, whoever needs it is told so, and nobody else waits. */

let proxy: FaultProxy;
let exchange: TestExchange;
let lanes: Lanes;
/** Nothing else here publishes as this agency. */
const agency = 'sv-pnc';
const query = '?publisher=sv-pnc';
/** Longer than the feeds wait for a registry. */
const answeredWithinMs = 60_000;
/** More than may fetch at the same time. */
const readers = 5;

beforeAll(async () => {
  const stack = testStack();
  const { hostname, port } = new URL(stack.registryUrl);
  proxy = await startFaultProxy({ host: hostname, port: Number(port) });
  const registryUrl = new URL(stack.registryUrl);
  registryUrl.host = `${proxy.address.host}:${proxy.address.port}`;
  exchange = await startTestExchange({ servers: { ...stack, registryUrl: registryUrl.href } });
  lanes = await openLanes();
});
afterAll(async () => {
  proxy?.heal();
  lanes?.close();
  await exchange?.close();
  await proxy?.close();
});

/** Of another version of the exchange, which has registered it: ours learns it when it meets one of its events. */
async function registeredSchema(): Promise<LaterSchema> {
  for (;;) {
    const later = await laterSchema('alert');
    if (await later.register()) return later;
  }
}

test('an event whose schema cannot be had now is 503 in history, and nobody waits for who asks for it', async () => {
  const later = await registeredSchema();
  const before = await cursorNow(exchange);
  const [first, second] = [randomUUID(), randomUUID()];
  await lanes.send([later.record({ id: first, agency })]);
  const between = await cursorNow(exchange);
  await lanes.write([{ id: second, agency }]);
  const addresses = [first, second].map((id) => `${agency}/${id}`);
  // A new instance has neither the events nor the schema in memory.
  await exchange.restart();
  proxy.silence();
  let waiting = readers;
  const ask = async (): Promise<number | undefined> => {
    const signal = AbortSignal.timeout(answeredWithinMs);
    const address = `${exchange.url}/v1/events${query}&cursor=${before}`;
    const answer = await fetch(address, { signal }).catch(() => undefined);
    waiting -= 1;
    await answer?.body?.cancel();
    return answer?.status;
  };
  const refused = Array.from({ length: readers }, ask);
  const page = await pageOf(exchange, { query, cursor: between });
  expect(page.items.map(addressOfItem)).toEqual(addresses.slice(1));
  expect(waiting).toBe(readers);
  expect(await Promise.all(refused)).toEqual(refused.map(() => 503));
  proxy.heal();
  const whole = await pageOf(exchange, { query, cursor: before });
  expect(whole.items.map(addressOfItem)).toEqual(addresses);
}, 120_000);
