import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openRaw, type RawAnswer } from '../../services/kit/raw-client.ts';
import { exampleEvent } from '../exchange.ts';
import { portOf, types } from './ask.ts';
import { answerWithinMs, exchangeUnderTest, expectSoundAnswer, modeHeaders, runs, texts } from './sound.ts';

/** Heads of every sort: headers, tokens, addresses, methods, and what is no request at all. */

const exchange = exchangeUnderTest();

describe('heads of every sort', () => {
  const good = JSON.stringify({ ...exampleEvent('alert', 'robust-head'), source: 'mx-fgr' });
  const headerText = fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((n) => String.fromCharCode(n)),
    maxLength: 60,
  });
  const token68 = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}$/);

  test('random headers and content types', async () => {
    const header = fc.oneof(
      fc.tuple(
        fc.constantFrom(
          'Content-Type',
          'Accept',
          'Accept-Language',
          'Idempotency-Key',
          'traceparent',
          'tracestate',
          'Last-Event-ID',
          'Cookie',
          'Origin',
          'Range',
          'If-None-Match',
        ),
        headerText,
      ),
      fc.tuple(
        token68.map((name) => `ce-${name}`),
        headerText,
      ),
      fc.tuple(
        token68.map((name) => `X-${name}`),
        headerText,
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(header, { maxLength: 8 }),
        modeHeaders,
        fc.constantFrom(good, '{}', '', texts[3] ?? ''),
        async (headers, mode, body) => {
          const answer = await ask('POST', '/v1/events', { ...mode, ...Object.fromEntries(headers) }, body);
          expectSoundRaw(answer);
        },
      ),
      { ...runs, numRuns: 300 },
    );
  });

  test('random tokens are never anybody', async () => {
    await fc.assert(
      fc.asyncProperty(headerText, async (text) => {
        const answer = await ask(
          'POST',
          '/v1/events',
          { 'Content-Type': types.structured, Authorization: text },
          good,
        );
        expectSoundRaw(answer);
        expect([400, 401]).toContain(answer.status);
      }),
      runs,
    );
  });

  test('random addresses, queries and methods', async () => {
    const path = fc.oneof(
      fc.webPath(),
      fc.constantFrom('/v1/events', '/v1/events/stream', '/v1/agencies', '/v1/library/rebuild'),
      fc
        .tuple(headerText, headerText)
        .map(([agency, id]) => `/v1/events/${agency}/${id}`.replaceAll(' ', '%20')),
      fc.tuple(fc.webSegment(), fc.webSegment()).map(([agency, id]) => `/v1/events/${agency}/${id}`),
    );
    const query = fc.oneof(
      fc.webQueryParameters(),
      fc
        .tuple(
          fc.constantFrom(
            'kind',
            'country',
            'region',
            'publisher',
            'from',
            'to',
            'since',
            'cursor',
            'limit',
            'severity',
            'language',
            'receipts',
          ),
          fc.webSegment(),
        )
        .map(([name, value]) => `${name}=${value}`),
    );
    const method = fc.constantFrom(
      'GET',
      'POST',
      'PUT',
      'DELETE',
      'PATCH',
      'OPTIONS',
      'TRACE',
      'BREW',
      'PROPFIND',
    );
    await fc.assert(
      fc.asyncProperty(path, query, method, async (where, asked, how) => {
        // A stream has no end of its own.
        if (where === '/v1/events/stream' && how === 'GET') return;
        const answer = await ask(how, `${where}?${asked}`, {}, '');
        if (how !== 'OPTIONS') expectSoundRaw(answer, where);
      }),
      { ...runs, numRuns: 250 },
    );
  });

  test('random bytes in place of a request', async () => {
    const start = fc.constantFrom(
      '',
      'GET / HTTP/1.1\r\n',
      'POST /v1/events HTTP/1.1\r\nHost: x\r\n',
      'POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ minLength: 1, maxLength: 300 }), async (begin, rest) => {
        const client = await openRaw(portOf(exchange));
        client.send(Buffer.concat([Buffer.from(begin), rest, Buffer.from('\r\n\r\n\r\n\r\n')]));
        // It may be the beginning of something that is still to come: then the time-outs end it (`slow.test.ts`).
        const answer = await client.answer(150).catch(() => undefined);
        client.close();
        if (answer !== undefined) expectSoundRaw(answer);
      }),
      { ...runs, numRuns: 40 },
    );
  });
});

/** One request as it stands, also with bytes that a client library would not send. */
async function ask(
  method: string,
  target: string,
  headers: Record<string, string>,
  body: string,
): Promise<RawAnswer> {
  const client = await openRaw(portOf(exchange));
  const lines = Object.entries({
    Host: 'x',
    Authorization: `Bearer ${exchange.token}`,
    Connection: 'close',
    ...headers,
  });
  const text = [`${method} ${target} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)].join(
    '\r\n',
  );
  const length =
    method === 'GET' || method === 'HEAD' ? '' : `\r\nContent-Length: ${Buffer.byteLength(body)}`;
  client.send(Buffer.concat([Buffer.from(`${text}${length}\r\n\r\n`, 'latin1'), Buffer.from(body)]));
  try {
    return await client.answer(answerWithinMs);
  } finally {
    client.close();
  }
}

function expectSoundRaw({ status, headers, body }: RawAnswer, where = ''): void {
  if (where === '/readyz' || where === '/metrics') return;
  if (status >= 400) {
    expectSoundAnswer(status, headers['content-type'] ?? '', Buffer.from(body, 'latin1').toString('utf8'));
  }
  expect(status < 500 || status === 503 ? 'sound' : `${status} ${body}`).toBe('sound');
}
