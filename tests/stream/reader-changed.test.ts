import { randomUUID } from 'node:crypto';
import { demonstrationRegister, type Register } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { openStream } from '../stream-client.ts';
import { headersOf, untilPlaced } from './ways-out.ts';

/** An agency whose time in the directory is over is out within five seconds, by every way out, open streams included. */

const livesMs = 4_000;
const outWithinMs = 5_000;

let exchange: TestExchange;
/** Epoch ms. */
let over: number;

beforeAll(async () => {
  // A start takes some of its life.
  over = Date.now() + onThisMachine(2 * livesMs, 30_000);
  const end = new Date(over).toISOString();
  const register: Register = {
    ...demonstrationRegister,
    participants: demonstrationRegister.participants.flatMap((row) =>
      row.code === 'PE'
        ? [
            { ...row, to: end },
            { ...row, status: 'GUEST' as const, from: end },
          ]
        : [row],
    ),
    agencies: demonstrationRegister.agencies.map((agency) =>
      agency.id === 'hn-mp' ? { ...agency, to: end } : agency,
    ),
  };
  exchange = await startTestExchange({ directory: { register } });
});
afterAll(() => exchange.close());

test('who has ended, and who has become another, is out; everybody else goes on', async () => {
  const opened = await Promise.all(
    ['hn-mp', 'pe-pnp', 'hn-inm', undefined].map(async (agency) => {
      const token = agency === undefined ? undefined : await exchange.token(agency);
      const stream = await openStream(exchange.url, { ...(token === undefined ? {} : { token }) });
      await untilPlaced(stream);
      return { agency, token, stream };
    }),
  );
  expect(Date.now()).toBeLessThan(over);
  const [ended, changed, ...others] = opened;
  if (ended === undefined || changed === undefined) throw new Error('not opened');
  await Promise.all([ended.stream.ended, changed.stream.ended]);
  expect(Date.now() - over).toBeGreaterThanOrEqual(0);
  expect(Date.now() - over).toBeLessThan(onThisMachine(outWithinMs));
  for (const { stream } of [ended, changed]) expect(stream.events.at(-1)?.event).toBe('reader-changed');

  const id = randomUUID();
  const event = { ...exampleEvent('alert', id), tlp: 'GREEN' };
  expect((await exchange.post(await exchange.token('mx-fgr'), event)).status).toBe(201);
  const statusFor = async (token: string | undefined, path: string): Promise<number> => {
    const answer = await fetch(`${exchange.url}${path}`, { headers: headersOf(token) });
    await answer.body?.cancel();
    return answer.status;
  };
  for (const path of ['/v1/events', '/v1/events/stream', `/v1/events/mx-fgr/${id}`])
    expect([path, await statusFor(ended.token, path)]).toEqual([path, 401]);
  // A guest has no GREEN, with the same token.
  expect(await statusFor(changed.token, `/v1/events/mx-fgr/${id}`)).toBe(404);
  expect(await statusFor(others[0]?.token, `/v1/events/mx-fgr/${id}`)).toBe(200);
  const member = others[0]?.stream;
  await member?.until(() => member.ids().includes(id));
  for (const { stream } of others) {
    expect(stream.events.at(-1)?.event).not.toBe('reader-changed');
    stream.close();
  }
});
