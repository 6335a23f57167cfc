import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ProblemError } from '@puebla/kit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRaw, type RawClient } from '../kit/raw-client.ts';
import { type Bodies, createBodies, isPlain, parseJson } from './body.ts';

const maxBytes = 1_000;
let server: Server;
let port = 0;
let onRequest: (req: IncomingMessage) => Promise<void>;

beforeAll(async () => {
  server = createServer((req, res) => void onRequest(req).then(() => res.end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends a head, reads its body, and tells what became of it. */
async function reading(
  bodies: Bodies,
  headers: string,
): Promise<{ client: RawClient; outcome: Promise<string>; received: () => number }> {
  const client = await openRaw(port);
  let socket: Socket | undefined;
  const outcome = new Promise<string>((resolve) => {
    onRequest = (req) =>
      new Promise((read) => {
        socket = req.socket;
        bodies.read(req, maxBytes, (body) => {
          resolve(body instanceof ProblemError ? `${body.status} ${body.code}` : `${body.length} bytes`);
          read();
        });
      });
  });
  client.send(`POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`);
  return { client, outcome, received: () => socket?.bytesRead ?? 0 };
}

/** One that lacks its last byte. */
async function holding(bodies: Bodies) {
  const one = await reading(bodies, 'Content-Length: 1000');
  one.client.send('x'.repeat(999));
  while (one.received() < one.client.socket.bytesWritten)
    await new Promise((resolve) => setTimeout(resolve, 5));
  return one;
}

describe('a body', () => {
  const bodies = createBodies({ timeoutMs: 1_500, maxTotalBytes: 2_500 });

  test('comes whole in any pieces, also of one byte, also none', async () => {
    const chunked = await reading(bodies, 'Transfer-Encoding: chunked');
    chunked.client.send('1\r\nx\r\n'.repeat(maxBytes));
    chunked.client.send('0\r\n\r\n');
    expect(await chunked.outcome).toBe('1000 bytes');
    const empty = await reading(bodies, 'Content-Length: 0');
    expect(await empty.outcome).toBe('0 bytes');
    for (const { client } of [chunked, empty]) client.close();
  });

  test('too large: refused when announced, and when it comes', async () => {
    const announced = await reading(bodies, `Content-Length: ${maxBytes + 1}`);
    expect(await announced.outcome).toBe('413 too-large');
    const chunked = await reading(bodies, 'Transfer-Encoding: chunked');
    chunked.client.send(`3e9\r\n${'x'.repeat(1_001)}\r\n`);
    expect(await chunked.outcome).toBe('413 too-large');
    for (const { client } of [announced, chunked]) client.close();
  });

  test('that does not come in time, or is cut off', async () => {
    const slow = await reading(bodies, 'Content-Length: 10');
    slow.client.send('x');
    expect(await slow.outcome).toBe('408 request-timeout');
    const cut = await reading(bodies, 'Content-Length: 10');
    cut.client.send('x');
    cut.client.close();
    expect(await cut.outcome).toBe('400 bad-request');
    slow.client.close();
  });

  test('beyond what all may hold together is refused; what was held before is free again', async () => {
    const held = [await holding(bodies), await holding(bodies)];
    const third = await holding(bodies);
    expect(await third.outcome).toBe('429 overloaded');
    expect(await Promise.all(held.map(({ outcome }) => outcome))).toEqual(
      Array(2).fill('408 request-timeout'),
    );
    const fourth = await reading(bodies, 'Content-Length: 1000');
    fourth.client.send('x'.repeat(1_000));
    expect(await fourth.outcome).toBe('1000 bytes');
    for (const { client } of [...held, third, fourth]) client.close();
  });
});

describe('JSON', () => {
  const refusal = (bytes: Buffer): ProblemError | undefined => {
    try {
      parseJson(bytes);
    } catch (error) {
      if (error instanceof ProblemError) return error;
      throw error;
    }
    return undefined;
  };

  test('in UTF-8 is taken as it is', () => {
    expect(parseJson(Buffer.from(' {"a":["ñ","\\ud83d\\ude00",1e3]}\r'))).toEqual({ a: ['ñ', '😀', 1000] });
  });

  test('in another encoding is refused, not replaced', () => {
    for (const bytes of [
      Buffer.from('"ñ"', 'latin1'),
      Buffer.from('"ñ"', 'utf16le'),
      Buffer.of(0x22, 0xc3, 0x22),
    ])
      expect(refusal(bytes)?.code).toBe('bad-json');
  });

  test('that is broken is refused without a word of it', () => {
    const problem = refusal(Buffer.from('{"name": "somebody" oops'));
    expect(problem?.code).toBe('bad-json');
    expect(JSON.stringify([problem?.message, problem?.details])).not.toMatch(/somebody|oops/);
  });

  test('nested as deep as a body can be does not end the process', () => {
    const deep = Buffer.from(`${'['.repeat(130_000)}${']'.repeat(130_000)}`);
    expect(['bad-json', undefined]).toContain(refusal(deep)?.code);
  });

  test('that is plain holds no text that the contract refuses', () => {
    let plain = 0;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
    const refused = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;
    const near = fc.constantFrom(
      '\u0007',
      '\u007f',
      '\ufffe',
      '\uffff',
      '\ud800',
      '\udfff',
      'ñ',
      '😀',
      '\t',
      'a',
    );
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: near }), fc.string());
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = Buffer.from(JSON.stringify({ text }));
        if (!isPlain(bytes)) return;
        plain += 1;
        expect(parseJson(bytes)).toEqual({ text });
        expect(text.isWellFormed() && !refused.test(text)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(plain).toBeGreaterThan(100);
  });
});
