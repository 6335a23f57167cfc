import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { type Console, startBrowser, type Window } from './browser.ts';
import { filterChanges, moreCome, openMany } from './many.ts';

const paintsWithinMs = 200;
/** There and back. */
const changes = 8;

let exchange: TestExchange;
let browser: Console;
let window: Window;
beforeAll(async () => {
  [exchange, browser] = await Promise.all([startTestExchange(), startBrowser()]);
  window = await openMany(browser, exchange.url);
}, 150_000);
afterAll(() => Promise.all([browser.close(), exchange.close()]));

test('a filter change is painted in list and map within 200 ms, of 50,000 events', async () => {
  const times = await filterChanges(window, changes);
  const work = times.map(({ workMs }) => workMs).sort((a, b) => a - b);
  expect(work[Math.floor(changes / 2)]).toBeLessThan(paintsWithinMs);
}, 150_000);

test('what came meanwhile is a click away from far down, where no row was measured before', async () => {
  const { page } = window;
  const scroller = page.locator('.scroller');
  await scroller.evaluate((element) => element.scrollTo({ top: 1_000_000 }));
  const newest = await moreCome(window, 40);
  await page.getByRole('button', { name: '40 new' }).click({ timeout: 60_000 });
  await page.locator(`article[aria-posinset="1"][data-name="${newest}"]`).waitFor();
  expect(await scroller.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  expect(await page.locator('.waiting').count()).toBe(0);
}, 90_000);
