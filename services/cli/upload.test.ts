import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CliError } from './exit-codes.ts';
import { linesOf } from './lines.ts';
import { RefusedRequest } from './request.ts';
import { type Outcome, type Upload, upload } from './upload.ts';

/** A server that speaks the gateway's side of an upload, with the faults that a test asks for. */
type Behaviour = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
let behave: Behaviour;
let requests: string[][];
let url: URL;
const server = createServer((request, response) => {
  behave(request, response).catch(() => response.destroy());
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // TCP: never a string
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  requests = [];
});

const send = (lines: readonly string[], more: Partial<Upload> = {}): Promise<readonly Outcome[]> =>
  upload({
    url,
    token: async () => 'a.b.c',
    lines,
    receipts: false,
    signal: new AbortController().signal,
    ...more,
  });
const kept: Outcome = { kept: true };
const linesOfLength = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => JSON.stringify({ id: `e${i + 1}` }));
const tell = (response: ServerResponse, ...answers: object[]): void => {
  for (const answer of answers) response.write(`${JSON.stringify(answer)}\n`);
};

/** Reads the lines of a request as they come. */
async function* read(request: IncomingMessage): AsyncGenerator<string> {
  const lines: string[] = [];
  requests.push(lines);
  for await (const { text } of linesOf(request.setEncoding('utf8'))) {
    lines.push(text);
    yield text;
  }
}
const all = async (request: IncomingMessage): Promise<number> =>
  (await Array.fromAsync(read(request))).length;

test('lines that the exchange says it has are kept; the request says who sends what', async () => {
  behave = async (request, response) => {
    expect(request).toMatchObject({ method: 'POST', url: '/v1/events' });
    expect(request.headers).toMatchObject({
      authorization: 'Bearer a.b.c',
      'content-type': 'application/x-ndjson',
    });
    tell(response, { through: await all(request) });
    response.end();
  };
  const settled: number[] = [];
  expect(await send(linesOfLength(3), { onProgress: (count) => settled.push(count) })).toEqual([
    kept,
    kept,
    kept,
  ]);
  expect(settled).toEqual([1, 2, 3]);
  expect(requests).toEqual([linesOfLength(3)]);
});

test('nothing to send is no request', async () => {
  expect(await send([])).toEqual([]);
  expect(requests).toEqual([]);
});

test('a refused line is told with its problem, the others are kept', async () => {
  const problem = { title: 'wrong', violations: [{ pointer: '/data', rule: 'type', message: 'no' }] };
  behave = async (request, response) => {
    await all(request);
    tell(response, { line: 2, status: 422, problem }, { through: 3 });
    response.end();
  };
  expect(await send(linesOfLength(3))).toEqual([kept, { kept: false, status: 422, problem }, kept]);
});

test('receipts come a line each, in any order', async () => {
  behave = async (request, response) => {
    expect(request.url).toBe('/v1/events?receipts=true');
    await all(request);
    tell(response, { line: 2, status: 201, id: 'e2', address: '/v1/events/a/e2', receipt: 'r2' });
    tell(response, { line: 1, status: 201, id: 'e1', address: '/v1/events/a/e1', receipt: 'r1' });
    response.end();
  };
  expect(await send(linesOfLength(2), { receipts: true })).toEqual([
    { kept: true, id: 'e1', address: '/v1/events/a/e1', receipt: 'r1' },
    { kept: true, id: 'e2', address: '/v1/events/a/e2', receipt: 'r2' },
  ]);
});

test('an open outcome goes on from its line', async () => {
  behave = async (request, response) => {
    const count = await all(request);
    if (requests.length === 1) tell(response, { through: 2 }, { status: 503, from: 3 });
    else tell(response, { through: count });
    response.end();
  };
  expect(await send(linesOfLength(5))).toEqual([kept, kept, kept, kept, kept]);
  expect(requests[1]).toEqual(linesOfLength(5).slice(2));
});

test('a line that is answered 429 or 503 is sent again, alone', async () => {
  behave = async (request, response) => {
    const count = await all(request);
    if (requests.length === 1)
      tell(response, { line: 1, status: 429, problem: {} }, { line: 3, status: 503, problem: {} });
    tell(response, { through: count });
    response.end();
  };
  expect(await send(linesOfLength(4))).toEqual([kept, kept, kept, kept]);
  expect(requests[1]).toEqual(['{"id":"e1"}', '{"id":"e3"}']);
});

test('a request that is answered 503 is sent again after the time that was asked for', async () => {
  behave = async (request, response) => {
    const count = await all(request);
    if (requests.length === 1) {
      response.writeHead(503, { 'retry-after': '1' }).end('{"title":"busy"}');
      return;
    }
    tell(response, { through: count });
    response.end();
  };
  const waits: string[] = [];
  const begun = performance.now();
  expect(await send(linesOfLength(1), { onWait: ({ message }) => waits.push(message) })).toEqual([kept]);
  expect(performance.now() - begun).toBeGreaterThan(990);
  expect(waits).toEqual(['busy']);
});

test.each([
  [401, 'notPermitted'],
  [403, 'notPermitted'],
  [413, 'refused'],
  [415, 'refused'],
  [500, 'failed'],
])('a request that is refused with %i is not sent again', async (status, exit) => {
  behave = async (_request, response) => {
    requests.push([]);
    response.writeHead(status).end(JSON.stringify({ title: 'no', detail: 'because' }));
  };
  const refusal = send(linesOfLength(2));
  await expect(refusal).rejects.toThrow(RefusedRequest);
  await expect(refusal).rejects.toMatchObject({ exit, status, message: 'no: because' });
  expect(requests).toHaveLength(1);
});

test('an answer that comes before the body is read is heard: neither side waits for the other', async () => {
  behave = async (_request, response) => {
    response.writeHead(413, { connection: 'close' }).end('{}');
  };
  const large = Array.from({ length: 200 }, () => 'x'.repeat(100_000));
  await expect(send(large)).rejects.toMatchObject({ exit: 'refused' });
});

test('answers are read while lines are sent', async () => {
  let most = 0;
  behave = async (request, response) => {
    let line = 0;
    for await (const _ of read(request)) {
      line += 1;
      // Much is answered for each line: it goes through only when it is read at once.
      tell(response, { through: line, padding: 'x'.repeat(20_000) });
      if (response.writableNeedDrain) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  };
  const lines = Array.from({ length: 500 }, (_, i) => JSON.stringify({ id: i, padding: 'y'.repeat(5_000) }));
  await send(lines, {
    onProgress: (count) => {
      most = Math.max(most, count);
    },
  });
  expect(most).toBe(500);
});

test('when it is told to end, it ends', async () => {
  const ending = new AbortController();
  behave = async (request) => {
    await all(request);
    ending.abort();
  };
  await expect(send(linesOfLength(2), { signal: ending.signal })).rejects.toThrow(/abort/i);
});

test('without any answer it is given up', async () => {
  await expect(send(linesOfLength(1), { url: new URL('http://127.0.0.1:9'), retries: 1 })).rejects.toThrow(
    CliError,
  );
});

test('whatever faults there are, each event is kept once and its publisher told so', async () => {
  const fault = fc.record({
    /** Lines that are taken before it. */
    after: fc.nat(8),
    /** How many of those are told. */
    untold: fc.nat(3),
    kind: fc.constantFrom('cut', 'open', 'end', 'half'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.array(fault, { maxLength: 3 }),
      async (count, faults) => {
        requests = [];
        const log = new Map<string, number>();
        const schedule = [...faults];
        behave = async (request, response) => {
          const next = schedule.shift();
          let line = 0;
          for await (const text of read(request)) {
            if (next !== undefined && line >= next.after) break;
            log.set(text, (log.get(text) ?? 0) + (log.has(text) ? 0 : 1));
            line += 1;
          }
          const told = next === undefined ? line : Math.max(0, line - next.untold);
          tell(response, { through: told });
          if (next?.kind === 'cut') response.destroy();
          else if (next?.kind === 'half') response.write('{"through":', () => response.destroy());
          else if (next?.kind === 'open')
            response.end(`${JSON.stringify({ status: 503, from: told + 1 })}\n`);
          else response.end();
        };
        const outcomes = await send(linesOfLength(count));
        expect(outcomes).toEqual(linesOfLength(count).map(() => kept));
        expect([...log.entries()].sort()).toEqual(
          linesOfLength(count)
            .map((line) => [line, 1])
            .sort(),
        );
      },
    ),
    { numRuns: 10 },
  );
});
