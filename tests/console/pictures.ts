import { execFile, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { startChildExchange, withoutOurs } from '../child-exchange.ts';
import { type Look, startBrowser } from './browser.ts';

/**
 * `npm run pictures`: the README's pictures (docs/pictures), of the running console. An exchange of its own is filled by `puebla demo`, and
 * Debian's Chromium looks at it.
 */

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'docs/pictures');
const launcher = join(root, 'services/cli/bin/puebla.mjs');
const mostBytes = 300_000;
const still = { animations: 'disabled', caret: 'hide' } as const;

interface Picture {
  readonly name: string;
  /** `<agency>/<person>` of the demonstration. */
  readonly who: string;
  readonly page: string;
  readonly search?: string;
  /** What is there when it can be looked at. */
  readonly ready: string;
}

const exercise = `ejercicio-${new Date().toISOString().slice(0, 10)}`;

const pictures: readonly Picture[] = [
  {
    name: 'feed',
    who: 'gt-igm/duty',
    page: '/',
    ready: 'main:has(.dot.live):has(.country-table tbody tr):has(.legend li)',
  },
  {
    name: 'record',
    who: 'hn-inm/duty',
    page: '/',
    search: `?period=1d&publisher=HN,GT,MX,US&open=hn-inm/${exercise}-salida-hn-2`,
    ready: 'main:has(.dot.live) .record .facts-list',
  },
  { name: 'publish', who: 'mx-fgr/duty', page: '/publish', search: '?kind=alert', ready: '.publish-form' },
  { name: 'agency', who: 'mx-fgr/releaser', page: '/agency', ready: '.counts' },
  { name: 'operations', who: 'ts-office/focal', page: '/operations', ready: '.operations .board' },
];

const looks = (['es', 'en'] as const).flatMap((locale) =>
  (['light', 'dark'] as const).map((theme) => ({ locale, theme, width: 1_280, height: 800 })),
);

const exchange = await startChildExchange();
const browser = await startBrowser();
try {
  const env = { ...withoutOurs(process.env), ...exchange.environment };
  await promisify(execFile)(process.execPath, [launcher, 'demo', '--no-live'], { env });
  await mkdir(folder, { recursive: true });
  for (const picture of pictures) for (const look of looks) await take(picture, look);
} finally {
  await browser.close();
  await exchange.close();
}

async function take({ name, who, page: path, search = '', ready }: Picture, look: Required<Look>) {
  const window = await browser.open(exchange.url, look);
  const { page } = window;
  await window.signIn(who);
  const file = `${name}-${look.locale}-${look.theme}.png`;
  await page.goto(`${exchange.url}${path}${search}`);
  await page.locator(ready).first().waitFor();
  const seen = await settled(page);
  const small = spawnSync('pngquant', ['--speed', '1', '--strip', '-'], { input: seen }).stdout;
  if (small.length === 0 || small.length > mostBytes) throw new Error(`${file} has ${small.length} bytes`);
  await writeFile(join(folder, file), small);
  console.log(`${file}: ${Math.ceil(small.length / 1_000)} kB`);
  await window.close();
}

/** A page goes on drawing when its parts are there: until two looks at it are the same. */
async function settled(page: Page): Promise<Buffer> {
  const deadline = Date.now() + 15_000;
  let before: Buffer = Buffer.alloc(0);
  let now = await page.screenshot(still);
  while (!before.equals(now)) {
    if (Date.now() > deadline) throw new Error(`${page.url()} does not come to rest`);
    [before, now] = [now, await page.screenshot(still)];
  }
  return now;
}
