import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRaw } from '../../services/kit/raw-client.ts';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { type Json, linesOf, parseLines, portOf, types, uploadLines } from './ask.ts';

/** NDJSON uploads: any length in constant memory, answered while they are read, and nothing of a torn line. */

let exchange: TestExchange;
let token = '';
beforeAll(async () => {
  exchange = await startTestExchange({ feeds: { ringBytes: 1_000_000 } });
  token = await exchange.token('mx-fgr');
});
afterAll(() => exchange.close());

const event = (id: string = randomUUID()): Json => exampleEvent('alert', id);
const head = (more: string): string =>
  `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${types.lines}\r\n${more}\r\n\r\n`;

/** What a reader gets of these ids, from the log; in the order of the log. */
async function read(since: string, ids: readonly unknown[], filter = ''): Promise<Json[]> {
  const found: Json[] = [];
  let place = `since=${since}`;
  for (;;) {
    const answer = await fetch(`${exchange.url}/v1/events?publisher=mx-fgr&limit=1000&${place}${filter}`);
    const { items, cursor } = (await answer.json()) as { items: Json[]; cursor: string };
    found.push(...items.filter(({ id }) => ids.includes(id)));
    if (items.length < 1_000) return found;
    place = `cursor=${cursor}`;
  }
}
const justNow = (): string => new Date(Date.now() - 2_000).toISOString();

describe('a long upload', () => {
  test('of 60,000 lines does not hang a client that sends all of it before it reads anything', async () => {
    // Few identities: what is tried here is the flow of bytes, not the broker.
    const texts = Array.from({ length: 6 }, () => JSON.stringify(event()));
    const body = Buffer.from(Array.from({ length: 60_000 }, (_, n) => `${texts[n % 6]}\n`).join(''));
    const client = await openRaw(portOf(exchange));
    client.socket.pause();
    const flushed = new Promise<void>((resolve) => {
      client.socket.write(head(`Content-Length: ${body.length}`));
      client.socket.write(body, () => resolve());
    });
    await flushed;
    client.socket.resume();
    const deadline = Date.now() + 60_000;
    while (!client.received().endsWith('0\r\n\r\n') && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const answers = [...client.received().matchAll(/\{.*\}/g)].map(([text]) => JSON.parse(text) as Json);
    expect(answers.at(-1)).toEqual({ through: 60_000 });
    client.close();
  });
});

describe('the lines of an upload', () => {
  test('may be blank, end in CRLF, and the last without a newline', async () => {
    const events = [event(), event(), event()];
    const since = justNow();
    const [a, b, c] = events.map((one) => JSON.stringify(one));
    const answers = await uploadLines(exchange, token, `\n${a}\r\n\r\n   \t\n${b}\n\n${c}`);
    // On a busy machine it is told on the way too.
    expect(answers.filter((answer) => !('through' in Object(answer)))).toEqual([]);
    expect(answers.at(-1)).toEqual({ through: 7 });
    const ids = events.map(({ id }) => id);
    expect((await read(since, ids)).map(({ id }) => id)).toEqual(ids);
  });

  test('however short, leave others their turn', async () => {
    const count = 2_000_000;
    let answered = 0;
    let over = false;
    const others = (async () => {
      for (; !over; answered += 1) await (await fetch(`${exchange.url}/livez`)).text();
    })();
    expect((await uploadLines(exchange, token, '\n'.repeat(count))).at(-1)).toEqual({ through: count });
    over = true;
    await others;
    // One in each of the pieces that the network gives would be some thirty.
    expect(answered).toBeGreaterThan(100);
  });

  test('refused in any number leave nothing behind, however slowly their answers are taken', async () => {
    const count = 60_000;
    const warned: string[] = [];
    const note = ({ name }: Error): void => void warned.push(name);
    process.on('warning', note);
    const client = await openRaw(portOf(exchange));
    client.socket.on('data', () => {
      client.socket.pause();
      setTimeout(() => client.socket.resume(), 2);
    });
    client.send(head(`Content-Length: ${count * 3}`));
    client.send('{}\n'.repeat(count));
    const deadline = Date.now() + 120_000;
    while (!client.received().endsWith('0\r\n\r\n') && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    process.off('warning', note);
    expect(client.received().slice(-100)).toContain(`{"through":${count}}`);
    expect(warned).not.toContain('MaxListenersExceededWarning');
    client.close();
  });

  test('none at all, or only blank ones', async () => {
    expect(await uploadLines(exchange, token, '')).toEqual([]);
    expect(await uploadLines(exchange, token, '\n\n\n')).toEqual([{ through: 3 }]);
  });

  test('that are wrong are refused alone, with their numbers; the others are kept', async () => {
    const good = [event(), event()];
    const since = justNow();
    const lines = [
      JSON.stringify(good[0]),
      '{"specversion":',
      JSON.stringify({ ...event(), subject: 'x'.repeat(300_000) }),
      JSON.stringify({ ...event(), tlp: 'RED' }),
      '[]',
      '\ufeff{}',
      'null',
      JSON.stringify({ ...event(), data: { nobody: 'knows this field' } }),
      JSON.stringify(good[1]),
    ];
    const answers = await uploadLines(exchange, token, lines.join('\n'));
    const refused = answers.filter(({ line }) => line !== undefined);
    expect(refused.map(({ line, status, problem }) => [line, status, (problem as Json)['code']])).toEqual(
      expect.arrayContaining([
        [2, 400, 'bad-json'],
        [3, 413, 'too-large'],
        [4, 403, 'not-permitted'],
        [5, 422, 'invalid'],
        [6, 400, 'bad-json'],
        [7, 422, 'invalid'],
        [8, 422, 'invalid'],
      ]),
    );
    expect(refused).toHaveLength(7);
    expect(answers.at(-1)).toEqual({ through: 9 });
    const ids = good.map(({ id }) => id);
    expect((await read(since, ids)).map(({ id }) => id)).toEqual(ids);
  });

  test('in another encoding are refused, not mended', async () => {
    const latin1 = Buffer.concat([
      Buffer.from(JSON.stringify({ ...event(), subject: 'mañana' }), 'latin1'),
      Buffer.from(`\n${JSON.stringify({ ...event(), subject: 'mañana' })}\n`),
    ]);
    const answers = await uploadLines(exchange, token, latin1);
    expect(answers).toMatchObject([{ line: 1, status: 400, problem: { code: 'bad-json' } }, { through: 2 }]);
  });

  test('sent a byte at a time are the same', async () => {
    const one = event();
    const client = await openRaw(portOf(exchange));
    client.send(head('Transfer-Encoding: chunked'));
    const bytes = Buffer.from(JSON.stringify(one));
    client.send(
      Buffer.from([...bytes].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join(''), 'latin1'),
    );
    client.send('0\r\n\r\n');
    const deadline = Date.now() + 60_000;
    while (!client.received().includes('"through":1') && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(client.received()).toContain('"through":1');
    client.close();
  });

  test('that were sent whole before the client went are kept; the torn last one is not', async () => {
    const events = Array.from({ length: 20 }, () => event());
    const since = justNow();
    const client = await openRaw(portOf(exchange));
    const torn = JSON.stringify(events[19]);
    const body = linesOf(events.slice(0, 19)) + torn;
    client.send(head(`Content-Length: ${Buffer.byteLength(body) + 500}`));
    client.send(body);
    const deadline = Date.now() + 60_000;
    while (!client.received().includes('"through":19') && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    client.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const ids = events.map(({ id }) => id);
    expect((await read(since, ids)).map(({ id }) => id)).toEqual(ids.slice(0, 19));
  });

  test('many uploads on one connection, one after the other', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', onWarning);
    const client = await openRaw(portOf(exchange));
    for (let n = 1; n <= 15; n += 1) {
      const body = linesOf([event()]);
      client.send(head(`Content-Length: ${Buffer.byteLength(body)}`) + body);
      const deadline = Date.now() + 60_000;
      while (client.received().split('"through":1').length <= n && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    expect(client.received().split('"through":1')).toHaveLength(16);
    client.close();
    process.off('warning', onWarning);
    expect(warnings.filter((name) => name === 'MaxListenersExceededWarning')).toEqual([]);
  });
});

describe('?receipts=true', () => {
  test('gives one line for each event, and each receipt resumes just behind its event', async () => {
    const events = Array.from({ length: 30 }, () => event());
    const ids = events.map(({ id }) => id);
    const answers = await uploadLines(exchange, token, linesOf(events), { query: '?receipts=true' });
    expect(answers).toHaveLength(30);
    const byLine = [...answers].sort((a, b) => Number(a['line']) - Number(b['line']));
    expect(byLine.map(({ line, status, id, address }) => [line, status, id, address])).toEqual(
      ids.map((id, index) => [index + 1, 201, id, `/v1/events/mx-fgr/${id}`]),
    );
    for (const index of [0, 7, 28, 29]) {
      const cursor = byLine[index]?.['receipt'];
      const answer = await fetch(`${exchange.url}/v1/events?publisher=mx-fgr&limit=1000&cursor=${cursor}`);
      const { items } = (await answer.json()) as { items: Json[] };
      expect(items.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids.slice(index + 1));
    }
  });

  test('says what is refused in the same way, and of a retry that it was kept', async () => {
    const one = event();
    const lines = linesOf([one, { ...one, tlp: 'GREEN' }, one]);
    const answers = await uploadLines(exchange, token, lines, { query: '?receipts=true' });
    const byLine = [...answers].sort((a, b) => Number(a['line']) - Number(b['line']));
    expect(byLine).toMatchObject([
      { line: 1, status: 201, id: one['id'] },
      { line: 2, status: 409, problem: { code: 'id-conflict' } },
      { line: 3, status: 201, id: one['id'] },
    ]);
  });
});

describe('an Idempotency-Key', () => {
  const withoutIds = (): Json[] =>
    Array.from({ length: 5 }, () => {
      const { id: _id, ...rest } = event();
      return rest;
    });

  test('derives the ids of lines, batches and lone events: the same request again is the same events', async () => {
    const events = withoutIds();
    const since = justNow();
    const headers = { 'Idempotency-Key': randomUUID() };
    const send = {
      lines: async () => {
        const text = linesOf(events);
        return (await uploadLines(exchange, token, text, { query: '?receipts=true', headers }))
          .sort((a, b) => Number(a['line']) - Number(b['line']))
          .map(({ id }) => id);
      },
      batch: async () => {
        const answer = await exchange.post(token, events, { ...headers, 'Content-Type': types.batch });
        return ((await answer.json()) as Json[]).map(({ id }) => id);
      },
      one: async () => {
        const answer = await exchange.post(token, events[0], headers);
        return [((await answer.json()) as Json)['id']];
      },
    };
    const lines = await send.lines();
    expect(new Set(lines).size).toBe(5);
    expect(await send.lines()).toEqual(lines);
    // The same events in the same places are the same events, however they are sent.
    expect(await send.batch()).toEqual(lines);
    const one = await send.one();
    expect(await send.one()).toEqual(one);
    expect(lines).not.toContain(one[0]);
    const ids = [...lines, ...one];
    expect((await read(since, ids)).map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  test('of another agency, or another key, makes other ids', async () => {
    const [one] = withoutIds();
    const key = randomUUID();
    const other = await exchange.token('mx-inm');
    const ids = [];
    for (const [who, which] of [
      [token, key],
      [other, key],
      [token, randomUUID()],
    ] as const) {
      const answer = await exchange.post(who, one, { 'Idempotency-Key': which });
      ids.push(((await answer.json()) as Json)['id']);
    }
    expect(new Set(ids).size).toBe(3);
  });

  test('with another body is a conflict', async () => {
    const [one, two] = withoutIds();
    const headers = { 'Idempotency-Key': randomUUID() };
    expect((await exchange.post(token, one, headers)).status).toBe(201);
    expect((await exchange.post(token, { ...two, tlp: 'GREEN' }, headers)).status).toBe(409);
  });
});

test('an upload begins to be answered before it ends', async () => {
  const client = await openRaw(portOf(exchange));
  client.send(head('Transfer-Encoding: chunked'));
  const send = (one: Json): void => {
    const line = linesOf([one]);
    client.send(`${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`);
  };
  const times: number[] = [];
  for (const n of [1, 2, 3]) {
    send(event());
    const began = performance.now();
    while (!client.received().includes(`{"through":${n}}`) && performance.now() - began < 60_000) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(
      parseLines(
        client
          .received()
          .split('\r\n')
          .filter((line) => line.startsWith('{'))
          .join(''),
      ).at(-1),
    ).toEqual({
      through: n,
    });
    times.push(performance.now() - began);
  }
  expect(Math.min(...times)).toBeLessThan(onThisMachine(1_000));
  client.send('0\r\n\r\n');
  client.close();
});
