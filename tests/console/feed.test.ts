import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../services/kit/kafka/fault-proxy.ts';
import { onThisMachine, quickest } from '../../services/kit/test-clock.ts';
import { exampleEvent } from '../exchange.ts';
import { keptBy, linesOf, nameIn, uploadLines, whenApplied } from '../http/ask.ts';
import { putSight, type Window } from './browser.ts';
import { openConsole } from './opened.ts';

/** The feed of the console, in Debian's Chromium, on a whole exchange. */

const seenWithinMs = 1_000;
const cutMs = 20_000;
/** Longer than the page waits for a sign of life (`follow.ts`). */
const silentMs = 50_000;

const { exchange, browser } = await openConsole();

const card = ({ page }: Window, address: string) => page.locator(`article[data-name="${nameIn(address)}"]`);

const live = async ({ page }: Window): Promise<void> => {
  await page.locator('.dot.live').waitFor();
};

/** Others have published much to the same servers: the newest alone are looked at. */
const fresh = (): string => `${exchange.url}/?period=1d&publisher=bz-atips`;

const publish = (tlp = 'CLEAR', more: Record<string, unknown> = {}): Promise<string> =>
  keptBy(exchange, 'bz-atips', { ...exampleEvent('alert', randomUUID()), tlp, ...more });

test('what is published is in an open page within a second, and nothing is asked of others', async () => {
  const window = await browser.open(fresh());
  await live(window);
  const { ms, got: address } = await quickest(seenWithinMs, async () => {
    const published = await publish();
    await card(window, published).waitFor();
    return published;
  });
  expect(ms).toBeLessThan(onThisMachine(seenWithinMs));
  await whenApplied(() => fetch(`${exchange.url}${address}`));
  await card(window, address).locator('a').click();
  await window.page.locator('.record .facts-list').waitFor();
  expect(new URL(window.page.url()).searchParams.get('open')).toBe(nameIn(address));
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

test('a restart of the exchange loses nothing and shows nothing twice', async () => {
  const window = await browser.open(fresh());
  await live(window);
  const before = await Promise.all(Array.from({ length: 5 }, () => publish()));
  await exchange.restart(Number(new URL(exchange.url).port));
  const after = await Promise.all(Array.from({ length: 5 }, () => publish()));
  await expectListed(window, [...before, ...after]);
  await window.close();
});

describe('out of sight', () => {
  /** As many connections as a browser opens to one origin in HTTP/1.1. */
  const most = 6;

  test('pages hold no connection: one more than the browser has connections is live too', async () => {
    const window = await browser.open(fresh());
    for (let nr = 0; nr < most; nr += 1) {
      await live(window);
      await putSight(window.page, 'hidden');
      const page = await window.context.newPage();
      await page.goto(fresh(), { timeout: 60_000 });
      Object.assign(window, { page });
    }
    await live(window);
    await window.close();
  });

  test('a page asks from time to time, and is live when it is looked at again', async () => {
    const window = await browser.open(fresh());
    const { page } = window;
    await page.clock.install();
    await page.reload();
    await live(window);
    await putSight(page, 'hidden');
    await page.clock.runFor(10_000);
    const address = await publish();
    await sleep(seenWithinMs);
    expect(await card(window, address).count()).toBe(0);
    await page.clock.runFor(60_000);
    await card(window, address).waitFor();
    const other = await publish();
    await putSight(page, 'visible');
    await page.clock.runFor(1_000);
    await live(window);
    await expectListed(window, [address, other]);
    await window.close();
  });
});

describe('behind a network that fails', () => {
  let network: FaultProxy;
  beforeEach(async () => {
    const { hostname: host, port } = new URL(exchange.url);
    network = await startFaultProxy({ host, port: Number(port) });
  });
  afterEach(() => network.close());

  const behind = async (): Promise<Window> => {
    const { host, port } = network.address;
    const window = await browser.open(fresh().replace(exchange.url, `http://${host}:${port}`));
    await live(window);
    return window;
  };

  test('nothing is missing and nothing there twice after 20 s in which nothing passes and 500 events come', async () => {
    const window = await behind();
    const cutAt = Date.now();
    network.silence();
    const ids = Array.from({ length: 500 }, () => randomUUID());
    const events = ids.map((id) => exampleEvent('alert', id));
    await uploadLines(exchange, await exchange.token('bz-atips'), linesOf(events));
    await sleep(Math.max(0, cutAt + cutMs - Date.now()));
    network.heal();
    await expectListed(
      window,
      ids.map((id) => `/v1/events/bz-atips/${id}`),
    );
    await window.close();
  });

  test('a stream that says nothing is taken for lost, and said to be', async () => {
    const window = await behind();
    await window.page.clock.install();
    await window.page.reload();
    await live(window);
    network.silence();
    await window.page.clock.fastForward(silentMs);
    await window.page.locator('.dot.lost').waitFor();
    network.heal();
    await live(window);
    await window.close();
  });
});

/** Each is in the list once. Only what is in sight is in the document: the list is gone through, again while something is missing. */
async function expectListed(window: Window, addresses: readonly string[]): Promise<void> {
  const wanted = addresses.map((address) => nameIn(address)).sort();
  const listed = async (): Promise<string[]> =>
    (await namesIn(window)).filter((name) => wanted.includes(name)).sort();
  const deadline = Date.now() + 60_000;
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
