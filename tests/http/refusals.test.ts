import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoAudience, demoIssuer, mintToken } from '@puebla/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { expectProblem, type Json, types } from './ask.ts';

/** What is malformed (400), from nobody (401), or not for this agency to say (403); the other statuses are in `statuses.test.ts`. */

let exchange: TestExchange;
let token = '';
beforeAll(async () => {
  exchange = await startTestExchange();
  token = await exchange.token('mx-fgr');
});
afterAll(() => exchange.close());

const event = (data: Json = {}): Json => exampleEvent('alert', randomUUID(), data);
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${exchange.url}${path}`, { headers });
const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  exchange.post(token, body, headers);

describe('400', () => {
  test.each([
    ['broken', '{"specversion":'],
    ['empty', ''],
    ['two values', '{}{}'],
    ['with a byte-order mark', '\ufeff{}'],
  ])('JSON that is %s', async (_name, body) => {
    for (const type of [types.structured, types.batch]) {
      await expectProblem(await post(body, { 'Content-Type': type }), 'bad-json');
    }
    await expectProblem(
      await post(body, { 'Content-Type': types.json, 'ce-specversion': '1.0' }),
      'bad-json',
    );
  });

  test('JSON in Latin-1, which would be kept as something else', async () => {
    const latin1 = Buffer.from(JSON.stringify({ ...event(), subject: 'mañana' }), 'latin1');
    const answer = await fetch(`${exchange.url}/v1/events`, {
      method: 'POST',
      body: latin1,
      headers: {
        'Content-Type': `${types.structured}; charset=iso-8859-1`,
        Authorization: `Bearer ${token}`,
      },
    });
    await expectProblem(answer, 'bad-json');
  });

  test.each(['%', '%zz', '%C3', 'ma\u00f1ana'])('a ce- header %s in binary mode', async (subject) => {
    const answer = await post('{}', {
      'Content-Type': types.json,
      'ce-specversion': '1.0',
      'ce-subject': subject,
    });
    await expectProblem(answer, 'bad-request');
  });

  test('a batch that is no list', async () => {
    await expectProblem(await post(event(), { 'Content-Type': types.batch }), 'bad-request');
  });

  test('an Idempotency-Key of no length, or of too much, whatever the mode', async () => {
    for (const key of ['', 'x'.repeat(256)]) {
      for (const type of [types.structured, types.batch, types.lines]) {
        const answer = await post(event(), { 'Content-Type': type, 'Idempotency-Key': key });
        await expectProblem(answer, 'bad-request');
      }
    }
  });

  test.each([
    ['/v1/events?knd=alert', '/knd', 'parameter'],
    ['/v1/events?kind=alarm', '/kind', 'enum'],
    ['/v1/events?limit=0', '/limit', 'limit'],
    ['/v1/events?limit=1001', '/limit', 'limit'],
    ['/v1/events?limit=ten', '/limit', 'limit'],
    ['/v1/events?since=yesterday', '/since', 'since'],
    ['/v1/events?since=2026-02-30T00:00:00Z', '/since', 'since'],
    ['/v1/events/stream?limit=5', '/limit', 'parameter'],
    ['/v1/events/stream?country=ZZ', '/country', 'enum'],
    ['/v1/events/stream?since=', '/since', 'since'],
  ])('%s', async (path, pointer, rule) => {
    const { violations } = await expectProblem(await get(path), 'bad-request');
    expect(violations).toMatchObject([{ pointer, rule }]);
  });
});

describe('401', () => {
  test('no token', async () => {
    const answer = await exchange.post(undefined, event());
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="puebla"');
    await expectProblem(answer, 'token-required');
  });

  test.each(['lines', 'batch', 'structured'] as const)('no token, in mode %s', async (mode) => {
    await expectProblem(
      await exchange.post(undefined, event(), { 'Content-Type': types[mode] }),
      'token-required',
    );
  });

  test('a broken token, or another scheme, on every way in and out', async () => {
    const [head, , signature] = token.split('.');
    const forged = `${head}.${Buffer.from('{"sub":"mx-fgr"}').toString('base64url')}.${signature}`;
    for (const authorization of [
      'Bearer',
      'Bearer x',
      `Bearer ${token}x`,
      `Bearer ${forged}`,
      'Basic bXg6eA==',
      token,
    ]) {
      const headers = { Authorization: authorization };
      const answers = await Promise.all([
        post(event(), headers),
        post(event(), { ...headers, 'Content-Type': types.lines }),
        ...['/v1/events', '/v1/events/stream', '/v1/events/mx-fgr/x'].map((path) => get(path, headers)),
      ]);
      for (const answer of answers) {
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="puebla", error="invalid_token"');
        await expectProblem(answer, 'token-invalid');
      }
    }
  });

  test('an expired token, also one that was good a moment ago', async () => {
    const lifeSeconds = Math.ceil(onThisMachine(2, 10));
    const short = await exchange.token('mx-fgr', lifeSeconds);
    expect((await exchange.post(short, event())).status).toBe(201);
    await new Promise((resolve) => setTimeout(resolve, lifeSeconds * 1_000 + 100));
    await expectProblem(await exchange.post(short, event()), 'token-expired');
    await expectProblem(
      await exchange.post(short, event(), { 'Content-Type': types.lines }),
      'token-expired',
    );
    await expectProblem(await get('/v1/events', { Authorization: `Bearer ${short}` }), 'token-expired');
  });

  test('a token of another exchange, of another audience or issuer, of an agency that nobody knows', async () => {
    const foreign = await mkdtemp(join(tmpdir(), 'puebla-foreign-'));
    const mint = (home: string, issuer: string, audience: string, agency = 'mx-fgr') =>
      mintToken({ home, agency, issuer, audience, ttlSeconds: 60 });
    for (const wrong of [
      await mint(foreign, demoIssuer, demoAudience),
      await mint(exchange.home, demoIssuer, 'another'),
      await mint(exchange.home, 'another', demoAudience),
    ]) {
      await expectProblem(await exchange.post(wrong, event()), 'token-invalid');
    }
    const unknown = await mint(exchange.home, demoIssuer, demoAudience, 'mx-nobody');
    await expectProblem(await exchange.post(unknown, event()), 'agency-unknown');
    await rm(foreign, { recursive: true });
  });
});

describe('403', () => {
  const refusals: [string, string, Json, object][] = [
    [
      'the source of another agency',
      'mx-fgr',
      { source: 'mx-inm' },
      { pointer: '/source', rule: 'publish/source' },
    ],
    [
      'a status that does not publish this kind',
      'unhcr-americas',
      {},
      { pointer: '/type', rule: 'publish/status' },
    ],
    [
      'a narrow marking without agencies',
      'mx-fgr',
      { tlp: 'RED', audience: 'GT' },
      { pointer: '/audience', rule: 'handling/agencies' },
    ],
    [
      'an audience that is not there',
      'mx-fgr',
      { tlp: 'AMBER', audience: 'GT,mx-none' },
      { pointer: '/audience', rule: 'handling/unknown-reader', name: 'mx-none' },
    ],
  ];
  test.each(refusals)('%s', async (_name, agency, more, violation) => {
    const answer = await exchange.post(await exchange.token(agency), { ...event(), ...more });
    const { violations } = await expectProblem(answer, 'not-permitted');
    expect(violations).toMatchObject([violation]);
  });
});
