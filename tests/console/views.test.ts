import { randomInt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exampleEvent } from '../exchange.ts';
import { type Json, linesOf, uploadLines, whenApplied } from '../http/ask.ts';
import type { Window } from './browser.ts';
import { openConsole } from './opened.ts';

/** The feed as list, map and timeline of one filter, in Debian's Chromium, on a whole exchange. */

const dayMs = 86_400_000;
/** Days of this run alone: others have published to the same servers. */
const first = Date.UTC(1930, 0, 1) + randomInt(20_000) * dayMs;
const day = (nr: number): string => new Date(first + nr * dayMs).toISOString().slice(0, 10);

/** By day: three, two and one. */
const told: readonly (readonly [nr: number, category: string, countries: readonly string[]])[] = [
  [0, 'SMUGGLING', ['GT', 'MX']],
  [0, 'SMUGGLING', ['GT']],
  [0, 'TRAFFICKING', ['GT']],
  [1, 'TRAFFICKING', ['HN']],
  [1, 'SMUGGLING', ['HN', 'GT']],
  [2, 'SMUGGLING', ['VE']],
];
const events: readonly Json[] = told.map(([nr, category, countries]) => ({
  ...exampleEvent('alert', randomUUID(), {
    category,
    occurred: { from: day(nr) },
    places: countries.map((country) => ({ leg: 'TRANSIT', country })),
    information: [{ language: 'en', headline: `=1+1 ${category}` }],
  }),
}));

/** The day before: nine other categories, each more often than smuggling and trafficking. */
const themes = [
  'PREVENTION_AND_AWARENESS',
  'INVESTIGATION_AND_PROSECUTION',
  'VICTIM_IDENTIFICATION_AND_PROTECTION',
  'REPATRIATION_AND_REINTEGRATION',
  'WOMEN_AND_MIGRATION',
  'CHILDREN',
  'DISABILITY',
  'LABOUR_MIGRATION_SCHEMES',
  'COMMUNITIES_OF_ORIGIN',
];
const dayBefore = { from: day(-1), to: day(-1) };
const rare: readonly Json[] = [
  ...['SMUGGLING', 'TRAFFICKING'].map((category) =>
    exampleEvent('alert', randomUUID(), { category, occurred: { from: day(-1) } }),
  ),
  ...[...themes, ...themes].map((theme) =>
    exampleEvent('practice', randomUUID(), { theme, period: dayBefore }),
  ),
].map((event) => ({ ...event, source: 'mx-fgr' }));

const { exchange, browser } = await openConsole();
beforeAll(async () => {
  await uploadLines(exchange, await exchange.token('mx-fgr'), linesOf([...events, ...rare]));
  await whenApplied(() => fetch(`${exchange.url}/v1/statistics`));
});

const address = (more = ''): string =>
  `${exchange.url}/?publisher=mx-fgr&from=${day(0)}&to=${day(2)}&period=1d&by=day${more}`;

let window: Window;
async function open(more = '', look = {}): Promise<void> {
  window = await browser.open(exchange.url, look);
  await window.page.evaluate(() => localStorage.setItem('puebla.zone', 'UTC'));
  await window.page.goto(address(more));
}
afterEach(async () => {
  expect([window.errors, window.elsewhere]).toEqual([[], []]);
  await window.close();
});

const asked = (name: string): string | null => new URL(window.page.url()).searchParams.get(name);
const listed = (n: number) => window.page.locator('.state', { hasText: `· ${n} event` }).waitFor();
const slider = () => window.page.locator('[role="slider"]');
const period = () => [asked('from'), asked('to')];
const periodOf = (from: number, to: number) => [`${day(from)}T00:00:00.000Z`, `${day(to)}T23:59:59.999Z`];

test.each(['light', 'dark'] as const)(
  'smuggling and trafficking have a fill of their own however rare they are: %s',
  async (theme) => {
    await open('', { theme });
    await window.page.goto(
      `${exchange.url}/?publisher=mx-fgr&to=${day(-1)}&from=${day(-1)}&by=day&view=timeline`,
    );
    await window.page.locator('.timeline', { hasText: '20 events' }).waitFor();
    const legend = await window.page.locator('.legend li').evaluateAll((items) =>
      items.map((item) => {
        const fill = getComputedStyle(item.querySelector('rect') as Element).fill;
        const [, pattern] = /"#(.+)"/.exec(fill) ?? [];
        const parts = pattern === undefined ? [] : [...(document.getElementById(pattern)?.children ?? [])];
        const colours = parts.map((part) => getComputedStyle(part).fill);
        return [item.textContent, colours[0] ?? fill, parts[1]?.getAttribute('d') ?? ''] as const;
      }),
    );
    expect(legend.slice(0, 2).map(([text]) => text)).toEqual([
      'Trafficking in persons 1',
      'Smuggling of migrants 1',
    ]);
    const [foremost, others] = [legend.slice(0, 2), legend.slice(2)];
    expect(new Set(foremost.map(([, colour]) => colour)).size).toBe(2);
    expect(new Set(foremost.map(([, , stripes]) => stripes)).size).toBe(2);
    expect(others.map(([, , stripes]) => stripes)).toEqual(others.map(() => ''));
    for (const [, colour] of foremost) expect(others.map(([, other]) => other)).not.toContain(colour);
    // Nine others have eight colours: the last two share one.
    expect([others.length, new Set(others.map(([, colour]) => colour)).size]).toEqual([9, 8]);
  },
);

describe('the timeline', () => {
  beforeEach(() => open('&view=list,timeline'));

  test('some bars are chosen by drawing over them: they are the period of the address, and of the list', async () => {
    await slider().waitFor();
    const box = await slider().boundingBox();
    if (box === null) throw new Error('it is not drawn');
    await window.page.mouse.move(box.x + box.width * 0.1, box.y + 20);
    await window.page.mouse.down();
    await window.page.mouse.move(box.x + box.width * 0.5, box.y + 20, { steps: 3 });
    await window.page.mouse.up();
    await listed(5);
    expect(period()).toEqual(periodOf(0, 1));
    await window.page.locator('.timeline', { hasText: '5 events' }).waitFor();
  });

  test('and by the keyboard, which says where it is', async () => {
    await slider().focus();
    await window.page.keyboard.press('End');
    expect(await slider().getAttribute('aria-valuetext')).toContain('1 event');
    await window.page.keyboard.press('Shift+ArrowLeft');
    await window.page.keyboard.press('Enter');
    await listed(3);
    expect(period()).toEqual(periodOf(1, 2));
    await window.page.getByRole('button', { name: 'All dates' }).click();
    expect(period()).toEqual([null, null]);
  });

  test('its numbers are there as a table', async () => {
    await slider().waitFor();
    await window.page.locator('.timeline summary').click();
    const rows = await window.page.locator('.timeline tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split('\t').slice(1))).toEqual([
      ['1', '0', '1'],
      ['2', '1', '1'],
      ['3', '1', '2'],
    ]);
  });
});

describe('the map', () => {
  /** Waits until the table has these rows. */
  async function shown(rows: readonly string[]): Promise<void> {
    const read = () => window.page.locator('.country-table tbody tr').allInnerTexts();
    const deadline = Date.now() + 60_000;
    while ((await read()).join() !== rows.join() && Date.now() < deadline)
      await window.page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await read()).toEqual(rows);
  }

  test('a country that is chosen by the keyboard is the filter; its number was that of the list', async () => {
    await open('&view=list,map');
    await listed(6);
    await window.page.locator('.country[data-country="GT"]').waitFor();
    expect(await window.page.locator('.map').textContent()).toMatch(
      /do not imply endorsement.+ Points and lines show what events say/,
    );
    await shown(['Guatemala\t4', 'Honduras\t2', 'Mexico\t1', 'Venezuela\t1']);
    await window.page.locator('.country[tabindex="0"]').focus();
    await window.page.keyboard.press('ArrowRight');
    await window.page.keyboard.press('Enter');
    await listed(2);
    expect(asked('country')).toBe('HN');
    await shown(['Honduras\t2', 'Guatemala\t1']);
    await window.page.getByRole('button', { name: 'Honduras', pressed: true }).last().click();
    await listed(6);
    expect(asked('country')).toBeNull();
  });

  test('its table is sorted by name or number, either way', async () => {
    await open('&view=map');
    const head = window.page.locator('.country-table thead button');
    await head.first().click();
    await shown(['Guatemala\t4', 'Honduras\t2', 'Mexico\t1', 'Venezuela\t1']);
    await head.first().click();
    await shown(['Venezuela\t1', 'Mexico\t1', 'Honduras\t2', 'Guatemala\t4']);
    await head.last().click();
    await shown(['Guatemala\t4', 'Honduras\t2', 'Mexico\t1', 'Venezuela\t1']);
    await head.last().click();
    await shown(['Venezuela\t1', 'Mexico\t1', 'Honduras\t2', 'Guatemala\t4']);
  });
});

test('what is seen is exported: as a table without formulae, as places, as whole events', async () => {
  await open('&category=SMUGGLING&view=list');
  await listed(4);
  await window.page.locator('summary', { hasText: 'Export' }).click();
  const CSV = await exported('CSV');
  const GeoJSON = await exported('GeoJSON');
  const NDJSON = await exported('NDJSON');
  expect(CSV.split('\r\n')).toHaveLength(5);
  expect(CSV.match(/'=1\+1 SMUGGLING/g)).toHaveLength(4);
  expect(JSON.parse(GeoJSON).features).toHaveLength(4);
  const whole = NDJSON.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const smuggling = events.filter((_, nr) => told[nr]?.[1] === 'SMUGGLING');
  expect(whole.map(({ id }) => id).sort()).toEqual(smuggling.map(({ id }) => id).sort());
  expect(whole[0].data.information[0].headline).toBe('=1+1 SMUGGLING');
});

async function exported(name: string): Promise<string> {
  const button = window.page.getByRole('button', { name: new RegExp(`^${name}`) });
  const [download] = await Promise.all([
    window.page.waitForEvent('download', (one) => one.suggestedFilename().endsWith(`.${name.toLowerCase()}`)),
    button.click(),
  ]);
  return readFile(await download.path(), 'utf8');
}

describe('the filter', () => {
  beforeEach(() => open('&view=list'));
  const tools = () => window.page.locator('summary', { hasText: 'Filter as text' }).click();

  test('is typed in the words of the exchange, which says what is wrong', async () => {
    await tools();
    const text = window.page.getByLabel('Filter as text', { exact: true });
    expect(await text.inputValue()).toContain('publisher=mx-fgr&from=');
    await text.fill('country=XX');
    await text.press('Enter');
    await window.page.getByRole('alert').filter({ hasText: 'country' }).waitFor();
    expect(asked('publisher')).toBe('mx-fgr');
    await text.fill(`?category=trafficking&from=${day(0)}&to=${day(2)}`);
    await text.press('Enter');
    await listed(2);
    expect([asked('category'), asked('publisher')]).toEqual(['TRAFFICKING', null]);
  });

  test('is kept under a name, for the agency that named it', async () => {
    await tools();
    await window.page.getByLabel('Save this filter as').fill('<b>Routes</b>');
    await window.page.keyboard.press('Enter');
    const saved = () => window.page.locator('.saved-list a', { hasText: '<b>Routes</b>' });
    await saved().waitFor();
    await window.page.goto(`${exchange.url}/?kind=training&view=list`);
    await tools();
    await saved().click();
    await listed(6);
    await window.signIn('mx-fgr/duty');
    await tools();
    await window.page.getByLabel('Save this filter as').waitFor();
    expect(await saved().count()).toBe(0);
  });

  test('takes countries that do not take part, found by their name', async () => {
    await window.page.locator('summary', { hasText: 'Country' }).click();
    await window.page.getByLabel('Search in Country').fill('venezué');
    await window.page.getByLabel('Venezuela').check();
    await listed(1);
    expect(asked('country')).toBe('VE');
  });
});

test('views are switched, and stand in the address; where there is room for one, one is shown', async () => {
  await open();
  for (const view of ['.list', '.map', '.timeline']) await window.page.locator(view).waitFor();
  await window.page.getByRole('button', { name: 'Map', exact: true }).click();
  await window.page.locator('.map').waitFor({ state: 'detached' });
  expect(asked('view')).toBe('list,timeline');
  await window.page.setViewportSize({ width: 360, height: 740 });
  await window.page.locator('.timeline').waitFor({ state: 'detached' });
  await window.page.getByRole('button', { name: 'Map', exact: true }).click();
  await window.page.locator('.map').waitFor();
  expect([asked('view'), await window.page.locator('.list').count()]).toEqual(['map', 0]);
});
