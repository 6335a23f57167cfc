import type { CDPSession, Route } from 'playwright-core';
import type { Console, Window } from './browser.ts';

/** Fifty thousand events in the page. So many are not published for it, which would burden every other test: its pages are answered here. */
const many = 50_000;
/** Of one category. */
const manyOfCategory = 16_667;
const aPage = 1_000;

const countries = ['GT', 'MX', 'US', 'HN', 'SV', 'CO'];
const categories = ['SMUGGLING', 'TRAFFICKING', 'ROUTE_CHANGE'];

const source = 'mx-fgr';
const idOf = (nr: number): string => `many-${nr}`;

/** Spread over the region; every third one is of each category. */
function eventOf(nr: number): object {
  const time = new Date(Date.now() - 1_000 * (many - nr)).toISOString();
  const place = (step: number) => ({
    leg: 'TRANSIT',
    country: countries[(nr + step) % countries.length],
    latitude: 8 + ((nr * 7 + step * 13) % 2_500) / 100,
    longitude: -118 + ((nr * 11 + step * 17) % 4_000) / 100,
  });
  return {
    specversion: '1.0',
    id: idOf(nr),
    source,
    type: 'alert',
    participant: 'MX',
    tlp: 'CLEAR',
    time,
    recordedtime: time,
    data: {
      category: categories[nr % categories.length],
      status: 'ACTUAL',
      severity: 'SEVERE',
      information: [{ language: 'es', headline: `Alerta ${nr}` }],
      places: [place(0), place(1)],
    },
  };
}

/** One page after the other; the last is short. */
async function answer(route: Route): Promise<void> {
  const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
  const count = Math.min(aPage, many - from);
  const items = Array.from({ length: count }, (_, nr) => eventOf(from + nr));
  await route.fulfill({ json: { items, cursor: String(from + count) } });
}

const streams = '**/console/v1/events/stream?*';
const streamOf = (body: string) => ({ contentType: 'text/event-stream', body });

export async function openMany(browser: Console, url: string): Promise<Window> {
  const window = await browser.open(`${url}/about`);
  await window.page.route('**/console/v1/events?*', answer);
  await window.page.route(streams, (route) => route.fulfill(streamOf(': nothing\n\n')));
  await window.page.goto(`${url}/?period=1d`);
  await shows(window, many);
  await window.page.locator('.country-table tbody tr').first().waitFor();
  return window;
}

const shows = ({ page }: Window, count: number) =>
  page.locator('.state', { hasText: `${count.toLocaleString('en')} events` }).waitFor({ timeout: 90_000 });

/** So many more come by the stream, together. @returns the name of the last */
export async function moreCome({ page }: Window, count: number): Promise<string> {
  const events = Array.from({ length: count }, (_, nr) => `data: ${JSON.stringify(eventOf(many + nr))}\n\n`);
  await page.route(streams, (route) => route.fulfill(streamOf(events.join(''))), { times: 1 });
  return `${source}/${idOf(many + count - 1)}`;
}

/** A box of the filter's categories, also while its list is folded. */
export const chooseCategory = ({ page }: Window, label: string) =>
  page
    .locator('.filter-list', { hasText: 'Category' })
    .getByLabel(label, { exact: true })
    .evaluate((box) => (box as HTMLInputElement).click());

/** What changes of the filter by one category, and back, take until list and map are painted with what passes. */
export async function filterChanges(
  window: Window,
  changes: number,
): Promise<{ readonly ms: number; readonly workMs: number }[]> {
  const thread = await window.context.newCDPSession(window.page);
  await thread.send('Performance.enable', { timeDomain: 'threadTicks' });
  const times: { ms: number; workMs: number }[] = [];
  for (let nr = 0; nr < changes; nr += 1) {
    times.push(await change(window, thread));
    await shows(window, nr % 2 === 0 ? manyOfCategory : many);
  }
  return times;
}

/** From a click on a category: the time, and the processor's of the page's own thread. */
async function change({ page }: Window, thread: CDPSession): Promise<{ ms: number; workMs: number }> {
  const before = await workOf(thread);
  const ms = await page.evaluate(async () => {
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const said = (of: string) => [...document.querySelectorAll(of)].map((one) => one.textContent).join();
    const shown = [said('.state'), said('.country-table td')];
    const list = [...document.querySelectorAll('.filter-list')].find((one) =>
      /Category/.test(one.textContent),
    );
    const began = performance.now();
    list?.querySelector('input')?.click();
    do await painted();
    while (said('.state') === shown[0] || said('.country-table td') === shown[1]);
    return performance.now() - began;
  });
  return { ms, workMs: (await workOf(thread)) - before };
}

/** Of all that the page's thread has done: others who use the machine are not in it. */
async function workOf(thread: CDPSession): Promise<number> {
  const { metrics } = await thread.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
}
