import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { Console, Window } from '../../console/browser.ts';
import { exampleEvent } from '../../exchange.ts';
import { residentBytes } from '../processes.ts';
import { quantile } from '../target.ts';

/** As many as the page keeps (`feed/store.ts`): from the first sample on, what comes takes the place of what goes. */
const kept = 50_000;
const linesAnUpload = 5_000;
const mostAttempts = 20;
const againAfterMs = 2_000;
const perSecond = 50;
const everySeconds = 30;
const bytesInMB = 1_048_576;

export interface Sample {
  /** MB after a full collection. */
  readonly heap: number;
  /** MB of the page's process. */
  readonly rss: number;
  readonly nodes: number;
  /** From sending an event until its card is painted, ms. */
  readonly delays: readonly number[];
  /** From a scroll far down until the next frame with what is there, the slowest of a few, ms. */
  readonly frameMs: number;
}

interface Asked {
  readonly url: string;
  readonly token: string;
  readonly seconds: number;
}

/** A page with list, map and timeline that is open for long while fifty events a second come. */
export async function followLong(browser: Console, asked: Asked): Promise<Sample[]> {
  console.error(`page: ${kept} events beforehand`);
  for (let from = 0; from < kept; from += linesAnUpload) await upload(asked, from);
  const window = await browser.open(`${asked.url}/?period=1d&view=list,map,timeline`, {
    width: 1_600,
    height: 1_000,
  });
  await window.page.locator('.dot.live').waitFor({ timeout: 120_000 });
  await noteShown(window.page);
  const sentAt = new Map<string, number>();
  const failed: unknown[] = [];
  const ended = new AbortController();
  const publishing = publish(asked, sentAt, failed, ended.signal);
  const samples: Sample[] = [];
  printHead();
  const until = performance.now() + asked.seconds * 1_000;
  for (let due = performance.now(); due < until; ) {
    due += everySeconds * 1_000;
    await sleep(Math.max(0, due - performance.now()));
    const sample = await sampleOf(window, sentAt);
    samples.push(sample);
    print(samples.length * everySeconds, sample);
  }
  ended.abort();
  await publishing;
  if (failed.length > 0)
    console.error(`page: ${failed.length} events were not kept, the first: ${failed[0]}`);
  if (window.errors.length > 0) throw new Error(`the page: ${window.errors[0]}`);
  await window.close();
  return samples;
}

const categories = ['SMUGGLING', 'TRAFFICKING', 'FRAUDULENT_RECRUITMENT'];
const countries = ['GT', 'MX', 'HN', 'SV', 'US', 'CR'];

/** A published one may say a place to the point. */
function eventOf(id: string, nr: number): string {
  const place = (step: number) => ({
    leg: 'TRANSIT',
    country: countries[(nr + step) % countries.length],
    latitude: 8 + ((nr * 7 + step * 13) % 2_500) / 100,
    longitude: -118 + ((nr * 11 + step * 17) % 4_000) / 100,
  });
  return JSON.stringify(
    exampleEvent('alert', id, {
      category: categories[nr % categories.length],
      places: [place(0), place(1)],
      source: { origin: 'PUBLISHED', name: 'EXERCISE' },
    }),
  );
}

/** Again while the exchange is busy with what came before: the same once more is there once. */
async function upload({ url, token }: Asked, from: number): Promise<void> {
  const lines = Array.from(
    { length: linesAnUpload },
    (_, line) => `${eventOf(`before-${from + line}`, from + line)}\n`,
  );
  const headers = { 'Content-Type': 'application/x-ndjson', Authorization: `Bearer ${token}` };
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: lines.join('') });
    const text = await answer.text();
    if (text.includes(`{"through":${linesAnUpload}}`)) return;
    if (attempt === mostAttempts) throw new Error(`the upload ended with ${text.slice(-300)}`);
    await sleep(againAfterMs);
  }
}

async function publish(
  { url, token }: Asked,
  sentAt: Map<string, number>,
  failed: unknown[],
  ended: AbortSignal,
): Promise<void> {
  const headers = { 'Content-Type': 'application/cloudevents+json', Authorization: `Bearer ${token}` };
  const one = async (id: string, nr: number): Promise<void> => {
    const body = eventOf(id, nr);
    sentAt.set(id, Date.now());
    const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body });
    const text = await answer.text();
    if (answer.status !== 201) failed.push(text);
  };
  const began = performance.now();
  for (let nr = 0; !ended.aborted; nr += 1) {
    one(`live-${nr}`, nr).catch((error: unknown) => failed.push(error));
    await sleep(Math.max(0, began + ((nr + 1) * 1_000) / perSecond - performance.now()));
  }
}

/** The page says of each card when it was painted first. */
async function noteShown(page: Page): Promise<void> {
  await page.evaluate(() => {
    const shown = new Map<string, number>();
    const note = (): void => {
      const names = [...document.querySelectorAll<HTMLElement>('.feed-list article')].map(
        ({ dataset }) => dataset['name'] ?? '',
      );
      requestAnimationFrame(() =>
        setTimeout(() => {
          for (const name of names) if (!shown.has(name)) shown.set(name, Date.now());
        }),
      );
    };
    const list = document.querySelector('.feed-list');
    if (list !== null) new MutationObserver(note).observe(list, { childList: true, subtree: true });
    Object.assign(globalThis, {
      takeShown: () => {
        const taken = [...shown];
        shown.clear();
        return taken;
      },
    });
  });
}

async function sampleOf(window: Window, sentAt: Map<string, number>): Promise<Sample> {
  const { page, context } = window;
  const delays = await delaysOf(page, sentAt);
  const frameMs = await slowestFrame(page);
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return {
    heap: usedSize / bytesInMB,
    rss: (await rendererBytes(window)) / bytesInMB,
    nodes,
    delays,
    frameMs,
  };
}

async function delaysOf(page: Page, sentAt: Map<string, number>): Promise<number[]> {
  const shown = await page.evaluate(() =>
    (globalThis as unknown as { takeShown(): [string, number][] }).takeShown(),
  );
  const delays = shown.flatMap(([name, at]) => {
    const sent = sentAt.get(name.slice(name.indexOf('/') + 1));
    return sent === undefined ? [] : [at - sent];
  });
  // What was in sight at the last look is asked of no more.
  sentAt.clear();
  return delays;
}

function slowestFrame(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const painted = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const scroller = document.querySelector('.scroller');
    if (scroller === null) throw new Error('there is no list');
    const times: number[] = [];
    for (const top of [5_000, 500_000, 2_000_000, 0]) {
      const began = performance.now();
      scroller.scrollTo({ top });
      await painted();
      await painted();
      times.push(performance.now() - began);
      if (document.querySelector('.feed-list article') === null) throw new Error('nothing is in sight');
    }
    // Rows that are measured at the same moment move the list down again.
    for (; scroller.scrollTop > 0; await painted()) scroller.scrollTo({ top: 0 });
    return Math.max(...times);
  });
}

/** Of the largest: others wait for a page. */
async function rendererBytes({ context }: Window): Promise<number> {
  const session: CDPSession | undefined = await context.browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  await session?.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return Math.max(...renderers.map(({ id }) => residentBytes(id)));
}

function printHead(): void {
  console.error('page: seconds   heap MB   RSS MB   nodes   p50 ms   p99 ms   shown   scroll ms');
}

function print(seconds: number, { heap, rss, nodes, delays, frameMs }: Sample): void {
  const cells: [string, number][] = [
    [String(seconds), 13],
    [heap.toFixed(1), 10],
    [rss.toFixed(0), 9],
    [String(nodes), 8],
    [quantile(delays, 0.5).toFixed(0), 9],
    [quantile(delays, 0.99).toFixed(0), 9],
    [String(delays.length), 8],
    [frameMs.toFixed(0), 12],
  ];
  console.error(cells.map(([text, width]) => text.padStart(width)).join(''));
}
