import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { keptBy, whenApplied } from '../http/ask.ts';
import { type Console, startBrowser, type Window } from './browser.ts';

/** The feed of the console, in Debian's Chromium, on a whole exchange. */

const seenWithinMs = 1_000;

let exchange: TestExchange;
let browser: Console;
beforeAll(async () => {
  [exchange, browser] = await Promise.all([startTestExchange(), startBrowser()]);
}, 60_000);
afterAll(() => Promise.all([browser.close(), exchange.close()]));

const card = ({ page }: Window, address: string) =>
  page.locator(`article[data-name="${address.slice('/v1/events/'.length)}"]`);

const live = async ({ page }: Window): Promise<void> => {
  await page.locator('.dot.live').waitFor({ timeout: 20_000 });
};

/** Others have published much to the same servers: the newest alone are looked at. */
const fresh = (): string => `${exchange.url}/?period=1d&publisher=bz-atips`;

const publish = (tlp = 'CLEAR', more: Record<string, unknown> = {}): Promise<string> =>
  keptBy(exchange, 'bz-atips', { ...exampleEvent('alert', randomUUID()), tlp, ...more });

test('what is published is in an open page within a second, and nothing is asked of others', async () => {
  const window = await browser.open(fresh());
  await live(window);
  const address = await publish();
  await card(window, address).waitFor({ timeout: seenWithinMs });
  await whenApplied(() => fetch(`${exchange.url}${address}`));
  await card(window, address).locator('a').click();
  await window.page.locator('.record .facts-list').waitFor();
  expect(new URL(window.page.url()).searchParams.get('open')).toBe(address.slice('/v1/events/'.length));
  expect(window.elsewhere).toEqual([]);
  expect(window.errors).toEqual([]);
  await window.close();
});

test('all that the first look loads is under 150 kB, compressed', async () => {
  const window = await browser.open(fresh());
  await live(window);
  const bytes = await window.page.evaluate(() => {
    const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    return loaded
      .filter(({ name }) => /\.(?:js|css|svg)$/.test(name))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  });
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(150_000);
  await window.close();
});

test('whoever signs in is back where he was, reads as himself, and leaves nothing when he goes', async () => {
  const address = await publish('GREEN');
  const window = await browser.open(fresh());
  await live(window);
  expect(await card(window, address).count()).toBe(0);
  await window.signIn('mx-fgr/duty');
  expect(new URL(window.page.url()).search).toBe('?period=1d&publisher=bz-atips');
  await card(window, address).waitFor();
  const cookies = await window.context.cookies();
  const own = cookies.find(({ name }) => /^puebla-\d+$/.test(name));
  expect([own?.httpOnly, own?.sameSite]).toEqual([true, 'Strict']);
  const kept = await window.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toMatch(/eyJ|token/);
  await window.page.locator('details.who summary').click();
  await window.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await window.page.locator('header a[href^="/console/sign-in"]').waitFor();
  await window.page.goto(fresh());
  await live(window);
  expect(await card(window, address).count()).toBe(0);
  await window.close();
});

test('a cut of the network loses nothing and shows nothing twice', async () => {
  const window = await browser.open(fresh());
  await live(window);
  await window.context.setOffline(true);
  const addresses = await Promise.all(Array.from({ length: 50 }, () => publish()));
  await window.context.setOffline(false);
  await live(window);
  await expectListed(window, addresses);
  await window.close();
});

test('nor does a restart of the exchange', async () => {
  const window = await browser.open(fresh());
  await live(window);
  const before = await Promise.all(Array.from({ length: 5 }, () => publish()));
  await exchange.restart(Number(new URL(exchange.url).port));
  const after = await Promise.all(Array.from({ length: 5 }, () => publish()));
  await expectListed(window, [...before, ...after]);
  await window.close();
}, 60_000);

/** Each is in the list once. Only what is in sight is in the document: the list is gone through, again while something is missing. */
async function expectListed(window: Window, addresses: readonly string[]): Promise<void> {
  const wanted = addresses.map((address) => address.slice('/v1/events/'.length)).sort();
  const listed = async (): Promise<string[]> =>
    (await namesIn(window)).filter((name) => wanted.includes(name)).sort();
  const deadline = Date.now() + 15_000;
  while ((await listed()).length < wanted.length && Date.now() < deadline);
  expect(await listed()).toEqual(wanted);
}

/** By their places in the list. */
async function namesIn({ page }: Window): Promise<string[]> {
  return page.locator('.scroller').evaluate(async (scroller) => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const names: string[] = [];
    scroller.scrollTo({ top: 0 });
    for (let before = -1; before !== scroller.scrollTop; ) {
      await drawn();
      for (const article of scroller.querySelectorAll('article'))
        names[Number(article.ariaPosInSet)] = article.dataset['name'] ?? '';
      before = scroller.scrollTop;
      scroller.scrollBy({ top: scroller.clientHeight / 2 });
    }
    return Object.values(names);
  });
}
