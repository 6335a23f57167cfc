import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRaw } from '../../services/kit/raw-client.ts';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { headersOf } from '../stream/ways-out.ts';
import { type Json, portOf, types, whenApplied } from './ask.ts';

/** An upload may last as long as its sender likes, and goes on only while he may publish: asked of each line as of each request. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({ directory: { topic: `puebla.directory.${randomUUID()}` } });
});
afterAll(() => exchange.close());

/** An upload that is left open between its lines. */
async function openUpload(token: string) {
  const client = await openRaw(portOf(exchange));
  client.send(
    `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${types.lines}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  return {
    send(): string {
      const id = randomUUID();
      const line = `${JSON.stringify(exampleEvent('alert', id))}\n`;
      client.send(`${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`);
      return `/v1/events/mx-fgr/${id}`;
    },
    async until(told: string): Promise<void> {
      for (const until = Date.now() + 30_000; !client.received().includes(told) && Date.now() < until; )
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect(client.received()).toContain(told);
    },
    last: (): Json =>
      JSON.parse(
        client
          .received()
          .match(/\{.*\}/g)
          ?.at(-1) ?? '{}',
      ) as Json,
    close: () => client.close(),
  };
}

const exists = async (address: string): Promise<boolean> => {
  const headers = headersOf(await exchange.token('mx-fgr'));
  return (await whenApplied(() => fetch(`${exchange.url}${address}`, { headers }))).status === 200;
};

async function changePerson(row: Json): Promise<void> {
  const answer = await fetch(`${exchange.url}/v1/directory/people`, {
    method: 'POST',
    headers: {
      'Content-Type': types.json,
      Authorization: `Bearer ${await exchange.token('mx-fgr/focal')}`,
    },
    body: JSON.stringify(row),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}

test.each([
  { what: 'a person who has left', change: () => ({ to: new Date().toISOString() }), status: 401 },
  { what: 'who publishes no more', change: () => ({ roles: ['analyst'] }), status: 403 },
])('that of $what ends with the next line', async ({ change, status }) => {
  const person = {
    agency: 'mx-fgr',
    id: `exercise-${status}`,
    roles: ['publisher'],
    from: new Date().toISOString(),
    to: null,
  };
  await changePerson(person);
  const upload = await openUpload(await exchange.token(`mx-fgr/${person.id}`));
  const kept = upload.send();
  await upload.until('"through":1}');
  await changePerson({ ...person, ...change() });
  const late = upload.send();
  await upload.until('\r\n0\r\n');
  expect(upload.last()).toEqual({ status, from: 2 });
  expect([await exists(kept), await exists(late)]).toEqual([true, false]);
  upload.close();
});

test('one ends with its token', async () => {
  const lifeSeconds = Math.ceil(onThisMachine(2, 10));
  const expires = Date.now() + lifeSeconds * 1_000;
  const upload = await openUpload(await exchange.token('mx-fgr', lifeSeconds));
  upload.send();
  await upload.until('"through":1}');
  await new Promise((resolve) => setTimeout(resolve, expires - Date.now() + 1_100));
  const late = upload.send();
  await upload.until('\r\n0\r\n');
  expect(upload.last()).toEqual({ status: 401, from: 2 });
  expect(await exists(late)).toBe(false);
  upload.close();
});
