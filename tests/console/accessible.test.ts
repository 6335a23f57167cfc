import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { exampleEvent } from '../exchange.ts';
import { keptBy, nameIn, whenApplied } from '../http/ask.ts';
import { colours, violationsOf } from './axe.ts';
import { openConsole } from './opened.ts';

/** Every page of the console against WCAG 2.2 AA by axe-core, in both languages and themes, and on a narrow screen. */

const { exchange, browser } = await openConsole();
let address: string;
/** Of the reader's own agency, with an answer that is missing. */
let own: string;
beforeAll(async () => {
  address = await keptBy(exchange, 'bz-atips', exampleEvent('alert', randomUUID()));
  for (const [who, kind] of [
    ['gt-svet', 'practice'],
    ['iom-regional', 'training'],
  ] as const)
    await keptBy(exchange, who, exampleEvent(kind, randomUUID()));
  own = await keptBy(exchange, 'mx-fgr', {
    ...exampleEvent('alert', randomUUID()),
    tlp: 'AMBER_STRICT',
    audience: 'gt-pgn',
    ackby: `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`,
  });
  await whenApplied(() => fetch(`${exchange.url}${address}`));
});

/** What is looked at, and what is there when it can be. */
const pages = (): readonly (readonly [path: string, ready: string])[] => [
  ['/?publisher=bz-atips&period=1d', 'article'],
  ['/?publisher=bz-atips&period=1d&view=map', '.country[tabindex="0"]'],
  ['/?publisher=bz-atips&period=1d&view=timeline', '.legend li'],
  [`/?publisher=bz-atips&period=1d&open=${nameIn(address)}`, '.feed:has(article) .record .facts-list'],
  [`/?publisher=bz-atips&period=1d&open=${nameIn(own)}`, '.feed:has(article) #record-access + .scroll-x td'],
  ['/agency', '#refused .muted, #refused li'],
  ['/practices', '.cards li'],
  ['/trainings?month=2026-06', '.days a'],
  ['/trainings?view=past', '.cards li'],
  ['/decisions', '.browse .dot.live'],
  ['/publish', '.kind-list'],
  ['/publish?kind=alert', '.publish-form'],
  ['/records/none', 'main.page h1'],
];

/** Whom a page is for. */
const readers = () =>
  [
    ['mx-fgr/duty', pages()],
    ['ts-office/focal', [['/operations', '.operations .board']]],
  ] as const;

/** A telephone, and 400 % of 1280 px. */
const narrow = [360, 320];
const usual = { width: 1_280, height: 800 };

test.each(['en', 'es'])(
  'no violation on any page in either theme, and nothing scrolls sideways on a narrow screen: in %s',
  async (locale) => {
    for (const [who, its] of readers()) {
      const window = await browser.open(exchange.url, { locale, theme: 'light' });
      const { page } = window;
      await window.signIn(who);
      for (const [path, ready] of its) {
        await page.goto(`${exchange.url}${path}`);
        await page.locator(ready).first().waitFor();
        expect([path, await violationsOf(window)]).toEqual([path, []]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect([path, 'dark', await violationsOf(window, colours)]).toEqual([path, 'dark', []]);
        await page.emulateMedia({ colorScheme: 'light' });
        for (const width of narrow) {
          await page.setViewportSize({ width, height: 640 });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect([path, width, over]).toEqual([path, width, 0]);
        }
        await page.setViewportSize(usual);
      }
      expect(window.errors).toEqual([]);
      await window.close();
    }
  },
  180_000,
);

/** With something in every part of the filter. */
const full =
  '/?period=earliest&kind=alert,practice&region=CA4&country=GT,MX&publisher=mx-fgr&category=SMUGGLING&severity=SEVERE&language=es' +
  '&from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z';

test.each(['en', 'es'])(
  'the feed has its tools in two rows at 1280 px, whatever is set: in %s',
  async (locale) => {
    const window = await browser.open(`${exchange.url}${full}`, { locale });
    const { page } = window;
    const tools = page.locator('.feed-tools');
    await page.locator('.dot.live').waitFor();
    expect((await tools.locator('.count').allInnerTexts()).map(Number)).toEqual([2, 1, 2, 1, 1, 1, 1, 2]);
    const rows = await tools.locator('.filter > *, .feed-bar > *').evaluateAll((parts) => {
      const boxes = parts.map((part) => part.getBoundingClientRect()).sort((a, b) => a.top - b.top);
      let [count, bottom] = [0, 0];
      for (const box of boxes) {
        if (box.top >= bottom) count += 1;
        bottom = Math.max(bottom, box.bottom);
      }
      return count;
    });
    expect(rows).toBe(2);
    for (const width of [1_280, 700]) {
      await page.setViewportSize({ width, height: 800 });
      for (const summary of await tools.locator('.filter-list > summary').all()) {
        await summary.press('Enter');
        const box = summary.locator('xpath=../fieldset');
        const beyond = () => box.evaluate((it) => Math.max(0, it.getBoundingClientRect().right - innerWidth));
        await expect.poll(beyond).toBe(0);
        await summary.press('Enter');
      }
    }
    expect(window.errors).toEqual([]);
    await window.close();
  },
);

test.each([
  ['en', 'There is no such page'],
  ['es', 'No existe esa página'],
])('an address that nobody has says so, and where to go on: in %s', async (locale, said) => {
  const window = await browser.open(`${exchange.url}/records/none`, { locale });
  const { page } = window;
  await page.getByRole('heading', { name: said }).waitFor();
  await page.locator('main a').click();
  await page.locator('main.feed .dot.live').waitFor();
  await window.close();
});

test.each([
  ['en', 'Filter: 1 condition set', 'Filter: 2 conditions set', 'Severity, at least'],
  ['es', 'Filtro: 1 condición puesta', 'Filtro: 2 condiciones puestas', 'Gravedad, al menos'],
])(
  'on a telephone the filter is behind one button that says what is set, by keyboard too: in %s',
  async (locale, one, two, severity) => {
    const window = await browser.open(`${exchange.url}/?publisher=bz-atips`, {
      locale,
      width: 360,
      height: 640,
    });
    const { page } = window;
    const [fold, form] = [page.getByRole('button', { name: one }), page.locator('form.filter')];
    await fold.waitFor();
    const expectClean = async (): Promise<void> => {
      expect(await violationsOf(window)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    };
    expect([await form.isVisible(), await fold.getAttribute('aria-expanded')]).toEqual([false, 'false']);
    await expectClean();
    await fold.focus();
    await page.keyboard.press('Enter');
    await form.waitFor();
    expect(await fold.getAttribute('aria-expanded')).toBe('true');
    await expectClean();
    // What is behind it comes next.
    await page.keyboard.press('Tab');
    expect(await form.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await form.locator('summary', { hasText: severity }).press('Enter');
    await expectClean();
    await form.getByRole('checkbox').first().press('Space');
    await page.getByRole('button', { name: two }).press('Enter');
    await form.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).searchParams.has('severity')).toBe(true);
    await page.setViewportSize(usual);
    await form.waitFor();
    expect(await page.getByRole('button', { name: two }).count()).toBe(0);
    await window.close();
  },
  120_000,
);
