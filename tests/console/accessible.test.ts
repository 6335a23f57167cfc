import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { keptBy, whenApplied } from '../http/ask.ts';
import { type Console, startBrowser, type Window } from './browser.ts';

/** Every page of the console against WCAG 2.2 AA by axe-core, in both languages and themes, and on a narrow screen. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let exchange: TestExchange;
let browser: Console;
let address: string;
beforeAll(async () => {
  [exchange, browser] = await Promise.all([startTestExchange(), startBrowser()]);
  address = await keptBy(exchange, 'bz-atips', exampleEvent('alert', randomUUID()));
  for (const [who, kind] of [
    ['gt-svet', 'practice'],
    ['iom-regional', 'training'],
  ] as const)
    await keptBy(exchange, who, exampleEvent(kind, randomUUID()));
  await whenApplied(() => fetch(`${exchange.url}${address}`));
}, 60_000);
afterAll(() => Promise.all([browser.close(), exchange.close()]));

/** What is looked at, and what is there when it can be. */
const pages = (): readonly (readonly [path: string, ready: string])[] => [
  ['/?publisher=bz-atips&period=1d', 'article'],
  [
    `/?publisher=bz-atips&period=1d&open=${address.slice('/v1/events/'.length)}`,
    '.feed:has(article) .record .facts-list',
  ],
  ['/agency', '#refused .muted, #refused li'],
  ['/practices', '.cards li'],
  ['/trainings?month=2026-06', '.days a'],
  ['/trainings?view=past', '.cards li'],
  ['/decisions', '.browse .dot.live'],
  ['/publish', '.kind-list'],
  ['/publish?kind=alert', '.publish-form'],
];

async function violationsOf({ page }: Window): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (values) =>
      (globalThis as unknown as { axe: { run(of: object, by: object): Promise<AxeResults> } }).axe.run(
        document,
        {
          runOnly: { type: 'tag', values },
        },
      ),
    standards,
  );
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html)
        .join(' | ')
        .slice(0, 500)}`,
  );
}

test.each([
  ['en', 'light'],
  ['en', 'dark'],
  ['es', 'light'],
  ['es', 'dark'],
] as const)(
  'no violation in %s, %s',
  async (locale, theme) => {
    const window = await browser.open(exchange.url, { locale, theme });
    await window.signIn('mx-fgr/duty');
    for (const [path, ready] of pages()) {
      await window.page.goto(`${exchange.url}${path}`);
      await window.page.locator(ready).first().waitFor();
      expect([path, await violationsOf(window)]).toEqual([path, []]);
    }
    expect(window.errors).toEqual([]);
    await window.close();
  },
  120_000,
);

test('nothing scrolls sideways at 360 px, nor at 400 % of 1280 px', async () => {
  const height = 640;
  const window = await browser.open(exchange.url, { width: 360, height });
  await window.signIn('mx-fgr/duty');
  for (const [path, ready] of pages()) {
    await window.page.goto(`${exchange.url}${path}`);
    await window.page.locator(ready).first().waitFor();
    for (const width of [360, 320]) {
      await window.page.setViewportSize({ width, height });
      const over = await window.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([path, width, over]).toEqual([path, width, 0]);
    }
  }
  await window.close();
}, 60_000);
