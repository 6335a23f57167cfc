import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { type ChildExchange, startChildExchange } from '../child-exchange.ts';

/** Ticks of /proc are a hundredth of a second on every Linux that Node runs on. */
const tickMs = 10;
const settleMs = 3_000;
const measureMs = 10_000;
let exchange: ChildExchange;

beforeAll(async () => {
  exchange = await startChildExchange();
});
afterAll(() => exchange.close());

function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

test('idle, the whole Node process takes under 5 % of one core', async () => {
  await sleep(settleMs);
  const before = processorMs(exchange.pid);
  await sleep(measureMs);
  const share = (processorMs(exchange.pid) - before) / measureMs;
  console.log(`idle: ${(share * 100).toFixed(1)} % of one core`);
  expect(share).toBeLessThan(onThisMachine(0.05));
});
