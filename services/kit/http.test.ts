import { Writable } from 'node:stream';
import express from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerError, type HttpLimits, type HttpServer, type Service, startHttp } from './http.ts';
import { createMetrics } from './metrics.ts';
import { ProblemError } from './problem.ts';
import { askRaw, openRaw } from './raw-client.ts';

const limits = { headersTimeoutMs: 500, idleTimeoutMs: 3_000, lingerMs: 300 };
/** Beyond a bound, for a busy machine; the bounds that hold where none is given are longer: 10 s for the head of a request. */
const slackMs = 5_000;

let logged = '';
const log = pino(
  { level: 'debug' },
  new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  }),
);
const metrics = createMetrics();
let http: HttpServer;
/** When the answer that nobody takes has been given up. */
const givenUp = Promise.withResolvers<void>();

/** A service with one route of each sort. */
function service(): Service {
  const router = express.Router({ strict: true });
  router.get('/things/:id', (_req, res) => void res.send('a thing'));
  router.put('/things/:id', (_req, res) => void res.send('put'));
  router.get('/broken', () => {
    throw new Error('secret words of the inside');
  });
  router.get('/broken-later', async () => {
    await Promise.resolve();
    throw new TypeError('secret words of the inside');
  });
  return {
    name: 'test',
    router,
    hot: {
      'GET /hot': (_req, res) => res.setHeader('Content-Length', 6).end('a body'),
      'POST /hot': (req, res) => {
        req.resume().once('end', () => setTimeout(() => res.setHeader('Content-Length', 4).end('kept'), 50));
      },
      'POST /refused': (_req, res) => answerError(new ProblemError('too-large'), res, log, metrics),
      'GET /endless': (_req, res) => {
        res.writeHead(200, { 'Content-Type': 'text/event-stream' });
        res.write('data: 1\n\n');
      },
      'GET /large': (_req, res) => {
        res.once('close', () => givenUp.resolve()).end(Buffer.alloc(32 * 1024 * 1024));
      },
      'POST /hot-broken': () => {
        throw new Error('secret words of the inside');
      },
    },
    checks: async () => [
      { name: 'one', ok: true, detail: 'answers' },
      { name: 'two', ok: false, detail: 'says\nmore than one line' },
    ],
    close: async () => {},
  };
}
const failing: Service = {
  name: 'failing',
  checks: () => Promise.reject(new Error('secret words of the inside')),
  close: async () => {},
};

const start = (of: Partial<HttpLimits> = {}): Promise<HttpServer> =>
  startHttp({ host: '127.0.0.1', port: 0, services: [service(), failing], log, metrics, limits: of });

beforeAll(async () => {
  http = await start();
});
afterAll(() => http.close());

/** `METHOD /path` as bytes. */
const request = (target: string, headers: readonly string[] = ['Host: x'], body = ''): string =>
  `${[`${target} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n${body}`;

async function expectProblem(
  answer: { status: number; headers: Readonly<Record<string, string>>; body: string },
  status: number,
  code: string,
): Promise<void> {
  expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(`"code":"${code}"`)]);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(JSON.parse(answer.body)).toMatchObject({ status, code, type: `urn:puebla:problem:${code}` });
}

describe('addresses and methods', () => {
  test.each([
    ['DELETE /hot', 'GET, HEAD, POST'],
    ['PUT /hot', 'GET, HEAD, POST'],
    ['GET /refused', 'POST'],
    ['POST /endless', 'GET, HEAD'],
    ['POST /things/1', 'GET, HEAD, PUT'],
    ['DELETE /things/anything-at-all', 'GET, HEAD, PUT'],
    ['POST /livez', 'GET, HEAD'],
    ['PATCH /metrics', 'GET, HEAD'],
  ])('%s: 405, and what it takes', async (target, allow) => {
    const answer = await askRaw(http.port, request(target));
    await expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers['allow']).toBe(allow);
  });

  test.each(['GET /', 'GET /nothing', 'GET /hot/', 'GET //hot', 'OPTIONS *', 'GET /Livez/x'])(
    '%s: nothing is there',
    async (target) => expectProblem(await askRaw(http.port, request(target)), 404, 'not-found'),
  );

  test('an address that cannot be decoded is malformed', async () =>
    expectProblem(await askRaw(http.port, request('GET /things/%zz')), 400, 'bad-request'));

  test('a HEAD gets the head of a GET, also where the body has no end', async () => {
    for (const path of ['/hot', '/endless', '/things/1']) {
      const client = await openRaw(http.port);
      client.send(request(`HEAD ${path}`));
      client.send(request('GET /hot'));
      while (!client.received().includes('a body')) await new Promise((resolve) => setTimeout(resolve, 10));
      const [first = '', second = ''] = client.received().split(/(?=HTTP\/1\.1 )/);
      expect([path, first.slice(0, 15), first.endsWith('\r\n\r\n')]).toEqual([path, 'HTTP/1.1 200 OK', true]);
      expect(second).toContain('a body');
      client.close();
    }
  });

  test('the whole URL may be the target, as proxies send it', async () => {
    const answer = await askRaw(http.port, request('GET http://exchange.example:81/hot?x=1'));
    expect([answer.status, answer.body]).toEqual([200, 'a body']);
  });
});

describe('what is no request', () => {
  test.each([
    ['words', 'hello there\r\n\r\n', 400, 'bad-request'],
    ['a TLS greeting', Buffer.from('1603010200010001fc0303', 'hex'), 400, 'bad-request'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'bad-request'],
    ['no Host', request('GET /hot', []), 400, 'bad-request'],
    [
      'two lengths',
      request('POST /hot', ['Host: x', 'Content-Length: 1', 'Content-Length: 2'], 'a'),
      400,
      'bad-request',
    ],
    [
      'a length and chunks',
      request('POST /hot', ['Host: x', 'Content-Length: 1', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
      400,
      'bad-request',
    ],
    ['a length below zero', request('POST /hot', ['Host: x', 'Content-Length: -1']), 400, 'bad-request'],
    ['a NUL in a header', request('GET /hot', ['Host: x', 'X: a\0b']), 400, 'bad-request'],
    [
      'broken chunks',
      request('POST /hot', ['Host: x', 'Transfer-Encoding: chunked'], 'xyz\r\n'),
      400,
      'bad-request',
    ],
    [
      'a header too large',
      request('GET /hot', ['Host: x', `X: ${'x'.repeat(17_000)}`]),
      431,
      'headers-too-large',
    ],
    ['an address too large', request(`GET /hot?${'x'.repeat(17_000)}`), 431, 'headers-too-large'],
    [
      'many headers',
      request('GET /hot', ['Host: x', ...Array.from({ length: 3_000 }, (_, n) => `X${n}: y`)]),
      431,
      'headers-too-large',
    ],
    ['a tunnel', request('CONNECT exchange.example:443'), 405, 'method-not-allowed'],
  ])('%s: a problem, and the connection ends', async (_name, bytes, status, code) => {
    const client = await openRaw(http.port);
    client.send(bytes);
    await expectProblem(await client.answer(), status, code);
    client.close();
  });

  test('an upgrade and an expectation that nobody knows are ignored', async () => {
    for (const headers of [['Connection: Upgrade', 'Upgrade: websocket'], ['Expect: miracles']]) {
      expect((await askRaw(http.port, request('GET /hot', ['Host: x', ...headers]))).body).toBe('a body');
    }
  });

  test('100-continue is answered before the body is sent', async () => {
    const client = await openRaw(http.port);
    client.send(request('POST /hot', ['Host: x', 'Content-Length: 2', 'Expect: 100-continue']));
    expect((await client.answer()).status).toBe(100);
    client.send('ab');
    expect((await client.answer()).body).toBe('kept');
    client.close();
  });

  test('rubbish behind a whole request does not spoil its answer', async () => {
    const client = await openRaw(http.port);
    client.send(`${request('POST /hot', ['Host: x', 'Content-Length: 2'], 'ab')}rubbish\r\n\r\n`);
    await client.ended;
    expect(client.received()).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*kept/);
    expect(client.received()).not.toContain(' 400 ');
  });
});

describe('slow and silent connections', () => {
  let hasty: HttpServer;
  beforeAll(async () => {
    hasty = await start(limits);
  });
  afterAll(() => hasty.close());

  test.each([
    ['nothing is sent', ''],
    ['the headers stop', 'GET /hot HTTP/1.1\r\nHost: x\r\nX-More'],
  ])('%s: ended within its bound', async (_name, bytes) => {
    const client = await openRaw(hasty.port);
    client.send(bytes);
    await expectProblem(await client.answer(), 408, 'request-timeout');
    expect(await client.ended).toBeLessThan(limits.headersTimeoutMs + slackMs);
  });

  test('headers are dripped: ended within its bound, while others are served', async () => {
    const client = await openRaw(hasty.port);
    client.send('GET /hot HTTP/1.1\r\nHost: x\r\n');
    const drip = setInterval(() => client.send('X: y\r\n'), 50);
    expect((await askRaw(hasty.port, request('GET /hot'))).status).toBe(200);
    expect(await client.ended).toBeLessThan(limits.headersTimeoutMs + limits.lingerMs + slackMs);
    clearInterval(drip);
    expect(client.received()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test.each([
    ['a refused upload', 'POST /refused'],
    ['an unknown address', 'POST /nothing'],
    ['a GET with a body', 'GET /hot'],
  ])('%s whose body is dripped is answered, and the connection ended', async (_name, target) => {
    const client = await openRaw(hasty.port);
    client.send(request(target, ['Host: x', 'Content-Length: 100000'], 'begin'));
    const drip = setInterval(() => client.send('x'), 20);
    const { status } = await client.answer();
    expect([200, 404, 413]).toContain(status);
    expect(await client.ended).toBeLessThan(limits.lingerMs + slackMs);
    clearInterval(drip);
  });

  test('an answer that comes before the body is whole can be read by who goes on sending; then the connection is free', async () => {
    const patient = await start({ ...limits, lingerMs: 60_000 });
    const client = await openRaw(patient.port);
    const large = 8 * 1024 * 1024;
    client.send(request('POST /refused', ['Host: x', `Content-Length: ${large}`]));
    client.send(Buffer.alloc(large, 'x'));
    await expectProblem(await client.answer(), 413, 'too-large');
    client.send(request('GET /hot'));
    expect((await client.answer()).body).toBe('a body');
    client.close();
    await patient.close();
  });

  test('an answer that nobody takes does not hold its memory for good', async () => {
    const client = await openRaw(hasty.port);
    client.socket.pause();
    client.send(request('GET /large'));
    const closed = new Promise((resolve) => client.socket.once('close', resolve));
    await givenUp.promise;
    client.socket.resume();
    await closed;
    expect(client.received().length).toBeLessThan(32 * 1024 * 1024);
  });
});

describe('what goes wrong inside', () => {
  test.each(['GET /broken', 'GET /broken-later', 'POST /hot-broken'])(
    '%s: 500 without its text; the log has it under the same id, without the query',
    async (target) => {
      logged = '';
      const answer = await askRaw(
        http.port,
        request(`${target}?token=hidden`, [
          'Host: x',
          'Authorization: Bearer hidden',
          'Accept-Language: es-MX',
        ]),
      );
      await expectProblem(answer, 500, 'internal');
      expect(answer.headers['content-language']).toBe('es');
      expect(answer.body).not.toMatch(/secret|\.ts|stack|Error/);
      const { instance } = JSON.parse(answer.body) as { instance: string };
      expect(logged).toContain(instance.slice('urn:uuid:'.length));
      expect(logged).toContain('secret words of the inside');
      expect(logged).not.toContain('hidden');
    },
  );
});

test('every request has its line at debug, with its trace and without its query', async () => {
  logged = '';
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await askRaw(http.port, request('GET /hot?since=hidden', ['Host: x', `traceparent: ${trace}`]));
  const line = JSON.parse(logged.trim().split('\n').at(-1) ?? '');
  expect(line).toMatchObject({
    msg: 'request',
    method: 'GET',
    route: '/hot',
    status: 200,
    whole: true,
    trace,
  });
  await askRaw(http.port, request('GET /things/hidden'));
  await askRaw(http.port, request('GET /nowhere/hidden'));
  expect(logged).toContain('"route":"/things/:id"');
  expect(line.request).toMatch(/^[0-9a-f-]{36}$/);
  expect(logged).not.toContain('hidden');
});

test('/readyz has one line a dependency, also when a check fails or says too much', async () => {
  const answer = await askRaw(http.port, request('GET /readyz', ['Host: localhost']));
  expect(answer.status).toBe(503);
  expect(answer.body.trim().split('\n')).toEqual([
    'ok one: answers',
    'failed two: says more than one line',
    'failed failing: its check failed',
  ]);
  expect((await askRaw(http.port, request('GET /livez'))).body).toBe('ok\n');
});

test('what was refused is counted by its code', async () => {
  const count = async (reason: string): Promise<number> => {
    const { text } = await metrics.exposition();
    return Number(new RegExp(`puebla_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1]);
  };
  const before = [await count('not-found'), await count('headers-too-large')];
  await askRaw(http.port, request('GET /nothing'));
  await askRaw(http.port, request('GET /hot', ['Host: x', `X: ${'x'.repeat(17_000)}`]));
  expect([await count('not-found'), await count('headers-too-large')]).toEqual(before.map((n) => n + 1));
});
