import { beforeAll, expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import type { Window } from './browser.ts';
import { filterChanges, moreCome, openMany } from './many.ts';
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
