import { randomUUID } from 'node:crypto';
import { encodeRecord } from '@puebla/kit';
import { agencyOf, participantOf } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { type Lanes, openLanes } from '../stream/lanes.ts';
import { runCommand } from './puebla.ts';

/** What nobody can decode is found by operators: which record, why, and what it holds. */

let exchange: TestExchange;
let lanes: Lanes;
const topic = 'puebla.practice';
const partition = participantOf(agencyOf('mx-fgr')?.participant ?? '')?.lane ?? -1;

beforeAll(async () => {
  exchange = await startTestExchange();
  lanes = await openLanes();
  await untilApplied();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

/** The library writes letters once it follows the log: a start takes as long as the machine gives it. */
async function untilApplied(): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!/^ok library/m.test(await (await fetch(`${exchange.url}/readyz`)).text())) {
    if (Date.now() > deadline) throw new Error('the library does not apply');
    await new Promise((done) => setTimeout(done, 50));
  }
}

const run = (...args: string[]): ReturnType<typeof runCommand> => runCommand(exchange, args);

interface Item {
  readonly name: string;
  readonly reason: string;
}

const list = async (...args: string[]): Promise<Item[]> => {
  const { code, out } = await run('dead', 'list', '--output', 'json', ...args);
  expect(code).toBe(0);
  return JSON.parse(out);
};

async function untilListed(name: string): Promise<Item | undefined> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = (await list('--kind', 'practice')).find((item) => item.name === name);
    if (found !== undefined || Date.now() > deadline) return found;
  }
}

test('a dead letter is listed with its place and reason, and shown whole', async () => {
  const key = `mx-fgr/${randomUUID()}`;
  const value = Buffer.from([7, 0, 0, 0, 1, 2, 3]);
  const content = encodeRecord(key, value, [
    ['ce_id', key.slice(7)],
    ['ce_source', 'mx-fgr'],
    ['ce_type', 'practice'],
    ['ce_time', '2026-01-01T00:00:00Z'],
    ['ce_participant', 'MX'],
    ['ce_tlp', 'CLEAR'],
    ['digest', 'digest'],
  ]);
  const [offset] = await lanes.send([{ topic, partition, content }]);
  const name = `${topic}/${partition}/${offset}`;
  expect(await untilListed(name)).toMatchObject({ name, reason: 'magic-byte', size: value.length });
  expect((await list('--kind', 'statistic')).some((item) => item.name === name)).toBe(false);

  const shown = await run('dead', 'show', name, '--output', 'json');
  expect(shown.code).toBe(0);
  expect(JSON.parse(shown.out)).toMatchObject({
    name,
    reason: 'magic-byte',
    headers: { ce_source: 'mx-fgr', 'dead-key': key, 'dead-offset': String(offset) },
    value: value.toString('base64'),
    whole: true,
  });
  const table = await run('dead', 'show', name, '--output', 'table');
  expect(table.out).toContain(`dead-key: ${key}`);
});

test('what is asked wrongly, and what is not there, is told', async () => {
  expect((await run('dead', 'show', 'nonsense')).code).toBe(2);
  expect((await run('dead', 'show', `${topic}/${partition}/999999999`)).code).toBe(5);
  expect((await run('dead', 'show', 'no.such.topic/1/1')).code).toBe(5);
  expect((await run('dead', 'list', '--kind', 'rumour')).code).toBe(2);
  expect((await run('dead', 'list', '--limit', '0')).code).toBe(2);
});
