import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';

/** Debian's; `infra/bootstrap/debian.mjs` brings it. */
const executablePath = '/usr/bin/chromium';
const switches = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** No step of a test takes longer, also late in a whole run on a slow machine. */
const stepMs = 60_000;

export interface Console {
  /** A window of its own, signed out, in the language and at the size asked for. */
  open(url: string, look?: Look): Promise<Window>;
  close(): Promise<void>;
}

export interface Look {
  readonly locale?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Addresses that were asked for at other origins than its own: none, ever. */
  readonly elsewhere: readonly string[];
  /** What went wrong on the page: errors, refusals of its policy. */
  readonly errors: readonly string[];
  /** Signs in by the page, as somebody of the demonstration: `<agency>/<person>`. */
  signIn(who: string): Promise<void>;
  close(): Promise<void>;
}

export async function startBrowser(): Promise<Console> {
  const browser: Browser = await chromium.launch({ executablePath, args: switches });
  return {
    open: (url, look = {}) => openWindow(browser, url, look),
    close: () => browser.close(),
  };
}

/** As when another page of the browser is looked at: all are in sight where there is no screen. */
export function putSight(page: Page, state: 'visible' | 'hidden'): Promise<void> {
  return page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}

async function openWindow(browser: Browser, url: string, look: Look): Promise<Window> {
  const { locale = 'en', theme = 'light', width = 1_280, height = 800 } = look;
  const context = await browser.newContext({
    locale,
    colorScheme: theme,
    viewport: { width, height },
    timezoneId: 'America/Mexico_City',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(stepMs);
  const { origin } = new URL(url);
  const elsewhere: string[] = [];
  const errors: string[] = [];
  page.on('request', (request: Request) => {
    const asked = request.url();
    if (!asked.startsWith(`${origin}/`) && !/^(?:data|blob):/.test(asked)) elsewhere.push(asked);
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) errors.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    context,
    elsewhere,
    errors,
    async signIn(who) {
      await page.locator('header a[href^="/console/sign-in"]').click();
      await page.locator('#who').selectOption(who);
      await page.locator('button[value="sign-in"]').click();
      await page.locator('header details.who').waitFor();
    },
    close: () => context.close(),
  };
}
