import { randomUUID } from 'node:crypto';
import { ends, offsetOf, readLane } from '@puebla/kit';
import { participantOf } from '@puebla/schemas';
import { afterEach, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { startFaultProxy } from '../../services/kit/kafka/fault-proxy.ts';
import { openRaw } from '../../services/kit/raw-client.ts';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent } from '../exchange.ts';
import { expectProblem, type Json, linesOf, portOf, types, uploadLines } from './ask.ts';
import { startTestGateway } from './gateway-alone.ts';

/** Overload is answered before memory grows, and nothing that was accepted is dropped (guarantee 6). */

type Options = Parameters<typeof startTestGateway>[0];
let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function start(options: Options) {
  const gateway = await startTestGateway(options);
  closing.push(() => gateway.close());
  const token = await gateway.token('mx-fgr');
  const post = (event: Json): Promise<Response> =>
    fetch(`${gateway.url}/v1/events`, {
      method: 'POST',
      body: JSON.stringify(event),
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': types.structured },
    });
  return { gateway, token, post };
}
async function startProxy() {
  const [host = '', port = ''] = testStack().kafka.split(':');
  const proxy = await startFaultProxy({ host, port: Number(port) });
  closing.push(() => proxy.close());
  return proxy;
}
const event = (): Json => exampleEvent('alert', randomUUID());

test('full queues: some are told 429 with Retry-After, none is dropped, and asked again all are kept', async () => {
  const proxy = await startProxy();
  const { post } = await start({ limits: { maxQueuedEvents: 10 }, via: () => proxy.address });
  // While a batch is held back the queue behind it fills, however quick the machine is.
  const held = proxy.holdNextRequest();
  const events = Array.from({ length: 300 }, event);
  const posting = Promise.all(events.map(post));
  await (await held).deliver();
  const first = await posting;
  const refused = events.filter((_, index) => first[index]?.status !== 201);
  expect(first.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  expect(first.filter(({ status }) => ![201, 429, 503].includes(status))).toEqual([]);
  for (const answer of first.filter(({ status }) => status === 429)) {
    expect(answer.headers.get('retry-after')).toBe('1');
    await expectProblem(answer, 'overloaded');
  }
  for (const one of refused) expect((await post(one)).status).toBe(201);
});

test('full queues make an upload of lines wait, not fail, and its lines stay in order', async () => {
  const { gateway, token } = await start({ limits: { maxQueuedEvents: 25, maxQueuedBytes: 20_000 } });
  const { kafka } = gateway;
  const lane = { topic: 'puebla.alert', partition: participantOf('MX')?.lane ?? -1 };
  const from = offsetOf(await ends(kafka, [lane.topic]), lane);
  const files = Array.from({ length: 3 }, () => Array.from({ length: 700 }, event));
  const uploads = await Promise.all(files.map((events) => uploadLines(gateway, token, linesOf(events))));
  for (const answers of uploads) {
    expect(answers.at(-1)).toEqual({ through: 700 });
    expect(answers.filter(({ status }) => status !== undefined)).toEqual([]);
  }
  const to = offsetOf(await ends(kafka, [lane.topic]), lane);
  const order: (string | undefined)[] = [];
  for await (const records of readLane(kafka, 'test', { ...lane, from, to })) {
    order.push(...records.map(({ headers }) => headers['ce_id']));
  }
  for (const events of files) {
    const sent = new Set(events.map(({ id }) => id));
    expect(order.filter((id) => sent.has(id))).toEqual([...sent]);
  }
});

test('a table full of the identities of 24 hours: 429, and those that it holds are still answered', async () => {
  const { post } = await start({ maxIdentities: 1 });
  const one = event();
  const answer = await post(one);
  // What the shared log holds of the last 24 hours is read back at start, whatever the limit: this table is full.
  expect([201, 429]).toContain(answer.status);
  if (answer.status === 201) expect((await post(one)).status).toBe(201);
  await expectProblem(await post(event()), 'overloaded');
});

test('a batch of which some are refused for now says when to come back with them', async () => {
  const { gateway, token } = await start({ maxIdentities: 1 });
  const answer = await fetch(`${gateway.url}/v1/events`, {
    method: 'POST',
    body: JSON.stringify(Array.from({ length: 3 }, event)),
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': types.batch },
  });
  expect(answer.status).toBe(207);
  expect(await answer.json()).toContainEqual(expect.objectContaining({ status: 429 }));
  expect(answer.headers.get('retry-after')).toBe('1');
});

test('a broker that says nothing: an upload ends with the line to go on from, and from there all are kept', async () => {
  const proxy = await startProxy();
  const { gateway, token } = await start({ via: () => proxy.address });
  const events = Array.from({ length: 50 }, event);
  expect((await uploadLines(gateway, token, linesOf(events.slice(0, 10)))).at(-1)).toEqual({ through: 10 });
  proxy.silence();
  const began = performance.now();
  const answers = await uploadLines(gateway, token, linesOf(events));
  expect(performance.now() - began).toBeLessThan(onThisMachine(3_000));
  expect(answers).toEqual([{ through: 10 }, { status: 503, from: 11 }]);
  proxy.heal();
  const deadline = Date.now() + 60_000;
  for (let from = 11; ; ) {
    const rest = await uploadLines(gateway, token, linesOf(events.slice(from - 1)));
    const last = rest.at(-1) ?? {};
    if (last['status'] === undefined) {
      expect(last).toEqual({ through: events.length - from + 1 });
      break;
    }
    expect(Date.now()).toBeLessThan(deadline);
    from += Number(last['from']) - 1;
  }
});

test('a broker that says nothing: a client that is still sending is told at once, and then the connection ends', async () => {
  const proxy = await startProxy();
  const { gateway, token } = await start({ via: () => proxy.address });
  const client = await openRaw(portOf(gateway));
  const send = (lines: string): void => {
    client.send(`${Buffer.byteLength(lines).toString(16)}\r\n${lines}\r\n`);
  };
  client.send(
    `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${types.lines}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  send(linesOf([event()]));
  while (!client.received().includes('{"through":1}'))
    await new Promise((resolve) => setTimeout(resolve, 10));
  proxy.silence();
  const began = performance.now();
  send(linesOf([event(), event()]));
  while (!client.received().includes('{"status":503,"from":2}') && performance.now() - began < 60_000) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(client.received()).toContain('{"status":503,"from":2}');
  expect(performance.now() - began).toBeLessThan(onThisMachine(3_000));
  await client.ended;
  expect(performance.now() - began).toBeLessThan(onThisMachine(7_000));
  expect(client.received()).toMatch(/0\r\n\r\n$/);
  proxy.heal();
});
