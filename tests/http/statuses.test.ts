import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { type FaultProxy, startFaultProxy } from '../../services/kit/kafka/fault-proxy.ts';
import { openRaw } from '../../services/kit/raw-client.ts';
import { onThisMachine, quickest } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { expectProblem, type Json, portOf, types, whenApplied } from './ask.ts';

/** The table in the gateway's README from 404 on; 400 to 403 are in `refusals.test.ts`, slow clients in `slow.test.ts`, 429 in `overload.test.ts`. */

let proxy: FaultProxy;
let exchange: TestExchange;
let token = '';
beforeAll(async () => {
  const [host = '', port = ''] = testStack().kafka.split(':');
  proxy = await startFaultProxy({ host, port: Number(port) });
  exchange = await startTestExchange({ via: () => proxy.address });
  token = await exchange.token('mx-fgr');
});
afterAll(async () => {
  proxy.heal();
  await exchange.close();
  await proxy.close();
});

const event = (data: Json = {}): Json => exampleEvent('alert', randomUUID(), data);
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${exchange.url}${path}`, { headers });
const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  exchange.post(token, body, headers);

describe('404 and 405', () => {
  test.each([
    '/none',
    '/v1',
    '/v1/event',
    '/v1/events/',
    '/v1/events/stream/x',
    '/v2/events',
    '/v1/events/%zz/x',
  ])('%s is no address', async (path) => {
    await expectProblem(await get(path), 'not-found');
  });

  test('an event that does not exist, or may not be read, is answered alike', async () => {
    const id = randomUUID();
    expect((await post({ ...event(), id, tlp: 'GREEN' })).status).toBe(201);
    const answers = await Promise.all([
      whenApplied(() => get(`/v1/events/mx-fgr/${id}`)),
      whenApplied(() => get(`/v1/events/mx-fgr/${randomUUID()}`)),
    ]);
    const [hidden, absent] = await Promise.all(answers.map((answer) => expectProblem(answer, 'not-found')));
    expect(hidden).toEqual(absent);
    const [a, b] = answers.map(({ headers }) =>
      [...headers].filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${value}`),
    );
    expect(a).toEqual(b);
  });

  test.each([
    ['DELETE', '/v1/events', 'GET, HEAD, POST'],
    ['PUT', '/v1/events', 'GET, HEAD, POST'],
    ['POST', '/v1/events/stream', 'GET, HEAD'],
    ['DELETE', '/v1/events/mx-fgr/anything', 'GET, HEAD'],
    ['POST', '/v1/agencies', 'GET, HEAD'],
    ['POST', '/readyz', 'GET, HEAD'],
    ['GET', '/v1/library/rebuild', 'POST'],
  ])('%s %s is no method of it', async (method, path, allow) => {
    const answer = await fetch(`${exchange.url}${path}`, { method });
    expect(answer.headers.get('allow')).toBe(allow);
    await expectProblem(answer, 'method-not-allowed');
  });
});

describe('409', () => {
  test('the same id with another body, in any mode', async () => {
    const first = event();
    expect((await post(first)).status).toBe(201);
    const other = { ...first, tlp: 'GREEN' };
    await expectProblem(await post(other), 'id-conflict');
    const [item] = (await (await post([other], { 'Content-Type': types.batch })).json()) as Json[];
    expect(item).toMatchObject({ status: 409, problem: { code: 'id-conflict' } });
    const lines = await (await post(JSON.stringify(other), { 'Content-Type': types.lines })).text();
    expect(lines).toContain('"code":"id-conflict"');
  });
});

describe('413', () => {
  const large = 'x'.repeat(300_000);

  test('an event over the limit, announced or in chunks', async () => {
    await expectProblem(await post({ ...event(), subject: large }), 'too-large');
    const chunks = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 6; n += 1) controller.enqueue(Buffer.alloc(60_000, 'x'));
        controller.close();
      },
    });
    const answer = await fetch(`${exchange.url}/v1/events`, {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: { 'Content-Type': types.structured, Authorization: `Bearer ${token}` },
    } as RequestInit);
    await expectProblem(answer, 'too-large');
  });

  test.each(['Content-Length: 2000000000', 'Transfer-Encoding: chunked'])(
    'with %s, by a client that only sends: the answer can be read, and the connection ends',
    async (length) => {
      const client = await openRaw(portOf(exchange));
      client.send(
        `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${types.structured}\r\n${length}\r\n\r\n`,
      );
      const piece = 'x'.repeat(50_000);
      const chunk = `${piece.length.toString(16)}\r\n${piece}\r\n`;
      const sending = setInterval(() => client.send(length.startsWith('Content') ? piece : chunk), 5);
      const { status, body } = await client.answer();
      expect([status, body]).toEqual([413, expect.stringContaining('"code":"too-large"')]);
      expect(await client.ended).toBeLessThan(20_000);
      clearInterval(sending);
      client.close();
    },
  );

  test('a batch of more than 1,000 events, or of more than 4 MB; an event in it over its own limit alone', async () => {
    const batch = { 'Content-Type': types.batch };
    const many = Array.from({ length: 1_001 }, () => 0);
    expect((await expectProblem(await post(many, batch), 'too-large'))['detail']).toContain('1000');
    await expectProblem(await post(`[${JSON.stringify('x'.repeat(4_200_000))}]`, batch), 'too-large');
    const practice = exampleEvent('practice', randomUUID());
    const [information] = (practice['data'] as { information: Json[] }).information;
    const body = 'x'.repeat(95_000);
    const heavy = ['es', 'en', 'fr'].map((language) => ({ ...information, language, body }));
    const events = [exampleEvent('practice', randomUUID(), { information: heavy }), practice];
    const answer = await post(events, batch);
    expect(answer.status).toBe(207);
    expect(((await answer.json()) as Json[]).map(({ status }) => status)).toEqual([413, 201]);
  });

  test('a batch of exactly 1,000 is taken, and an empty one', async () => {
    const batch = { 'Content-Type': types.batch };
    const answer = await post(
      Array.from({ length: 1_000 }, () => event()),
      batch,
    );
    expect(answer.status).toBe(201);
    expect(await answer.json()).toHaveLength(1_000);
    expect(await (await post([], batch)).json()).toEqual([]);
  });
});

describe('415, 422 and 431', () => {
  test.each(['text/plain', 'application/json', 'application/xml', 'application/cloudevents+avro'])(
    '%s is not taken',
    async (type) => {
      const { detail } = await expectProblem(await post(event(), { 'Content-Type': type }), 'media-type');
      expect(detail).toContain(types.structured);
    },
  );

  test('a compressed body is not taken', async () => {
    const answer = await post(event(), { 'Content-Encoding': 'gzip' });
    expect(answer.headers.get('accept-encoding')).toBe('identity');
    await expectProblem(answer, 'media-type');
  });

  test('an event that breaks the contract is answered in the language asked for', async () => {
    const answer = await post({ ...event(), tlp: 'PURPLE' }, { 'Accept-Language': 'es-HN' });
    expect(answer.headers.get('content-language')).toBe('es');
    const { title, violations } = await expectProblem(answer, 'invalid');
    expect(title).toBe('El evento no cumple el contrato');
    expect(violations).toMatchObject([
      { pointer: '/tlp', rule: 'enum', allowed: expect.arrayContaining(['CLEAR']) },
    ]);
    for (const type of [types.batch, types.lines]) {
      const wrong = [{ ...event(), tlp: 'PURPLE' }];
      const body = type === types.batch ? wrong : JSON.stringify(wrong[0]);
      const inside = await post(body, { 'Content-Type': type, 'Accept-Language': 'es' });
      expect(await inside.text()).toContain('El evento no cumple el contrato');
    }
  });

  test('headers or an address that are too large', async () => {
    await expectProblem(await get('/v1/events', { 'X-Large': 'x'.repeat(17_000) }), 'headers-too-large');
    await expectProblem(await get(`/v1/events?cursor=${'x'.repeat(17_000)}`), 'headers-too-large');
  });
});

describe('503', () => {
  test('the broker is gone: within 2 s, with Retry-After; also for who asks again; then it goes on', async () => {
    const kept = event();
    expect((await post(kept)).status).toBe(201);
    proxy.down();
    for (const made of [event, () => kept]) {
      const { ms, got: answer } = await quickest(2_500, () => exchange.postOnce(token, made()));
      expect(ms).toBeLessThan(onThisMachine(2_500));
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(((await answer.json()) as Json)['code']).toMatch(/^(unavailable|outcome-unknown)$/);
    }
    const page = await get('/v1/events?limit=1');
    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '2']);
    proxy.heal();
    const deadline = Date.now() + 60_000;
    while ((await exchange.postOnce(token, kept)).status !== 201) {
      if (Date.now() > deadline) throw new Error('does not recover');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
});
