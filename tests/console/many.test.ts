import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { type Console, startBrowser } from './browser.ts';
import { filterChanges, openMany } from './many.ts';

const paintsWithinMs = 200;
const changes = 7;

let exchange: TestExchange;
let browser: Console;
beforeAll(async () => {
  [exchange, browser] = await Promise.all([startTestExchange(), startBrowser()]);
}, 60_000);
afterAll(() => Promise.all([browser.close(), exchange.close()]));

test('a filter change is painted in list and map within 200 ms, of 50,000 events', async () => {
  const window = await openMany(browser, exchange.url);
  const times = await filterChanges(window, changes);
  const work = times.map(({ workMs }) => workMs).sort((a, b) => a - b);
  expect(work[Math.floor(changes / 2)]).toBeLessThan(paintsWithinMs);
  await window.close();
}, 150_000);
