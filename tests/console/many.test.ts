import type { Request } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import type { Window } from './browser.ts';
import { chooseCategory, filterChanges, moreCome, openMany } from './many.ts';
import { openConsole } from './opened.ts';

const paintsWithinMs = 200;
/** There and back. */
const changes = 8;

const { exchange, browser } = await openConsole();
let window: Window;
beforeAll(async () => {
  window = await openMany(browser, exchange.url);
});

test('a filter change is painted in list and map within 200 ms, of 50,000 events', async () => {
  const times = await filterChanges(window, changes);
  const work = times.map(({ workMs }) => workMs).sort((a, b) => a - b);
  expect(work[Math.floor(changes / 2)]).toBeLessThan(onThisMachine(paintsWithinMs));
});

test('what came meanwhile is a click away from far down, where no row was measured before', async () => {
  const { page } = window;
  const scroller = page.locator('.scroller');
  await scroller.evaluate((element) => element.scrollTo({ top: 1_000_000 }));
  const newest = await moreCome(window, 40);
  await page.getByRole('button', { name: '40 new' }).click();
  await page.locator(`article[aria-posinset="1"][data-name="${newest}"]`).waitFor();
  expect(await scroller.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  expect(await page.locator('.waiting').count()).toBe(0);
});

test('where older ones were let go of, a filter is said to look through those that are there, and asks for more when it is told to', async () => {
  const { page } = window;
  const isPage = (request: Request): boolean => new URL(request.url()).pathname === '/console/v1/events';
  let asked = 0;
  page.on('request', (request) => {
    if (isPage(request)) asked += 1;
  });
  await chooseCategory(window, 'Smuggling of migrants');
  const bounded = page.locator('.state', { hasText: 'among the newest 50,000 alone' });
  await bounded.waitFor();
  await page.locator('article a').first().click();
  await page.locator('.record').waitFor();
  expect(asked).toBe(0);
  const older = page.getByRole('button', { name: 'Look through older ones too' });
  const [request] = await Promise.all([page.waitForRequest(isPage), older.click()]);
  expect(new URL(request.url()).searchParams.get('category')).toBe('SMUGGLING');
  await bounded.waitFor({ state: 'detached' });
});
