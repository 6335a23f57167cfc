import { type Kind, kinds } from '@puebla/schemas';
import type { Route } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { Json } from '../http/ask.ts';
import type { Window } from './browser.ts';
import { openConsole } from './opened.ts';

/**
 * Hostile texts in every text of every kind are shown as text. The contract refuses some of them in some fields; the page does not count on that, so
 * they are put into what the exchange answers.
 */

const texts: Readonly<Record<string, string>> = {
  script: '<script>globalThis.ran = 1</script>',
  markup: '"\'><img src=x onerror="globalThis.ran = 1"><svg/onload=globalThis.ran=1>&lt;b&gt;&#x3c;',
  address: 'javascript:globalThis.ran=1',
  link: 'https://example.org/"onfocus="globalThis.ran=1"autofocus="?<script>',
  template:
    '{{constructor.constructor("globalThis.ran=1")()}} $\u007BglobalThis.ran=1} {n} {at} #{1} <%= 1 %> %s',
  members: '__proto__',
  rightToLeft: 'abc \u202Egnp.exe \u2067 \u200Fעברית العربية',
  emoji:
    '👩‍👩‍👧‍👦🇲🇽🏳️‍🌈 Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a',
  word: 'W'.repeat(100_000),
};
const names = Object.keys(texts);

const { exchange, browser } = await openConsole();
let window: Window;
beforeAll(async () => {
  window = await browser.open(exchange.url, { width: 360, height: 740 });
  await window.signIn('gt-pgn/duty');
  await window.page.route('**/console/v1/threads/**', answerThread);
  await window.page.route('**/console/v1/events?**', addToPage);
  await window.page.goto(`${exchange.url}/?period=1d&publisher=bz-atips`);
  await window.page.locator('article').first().waitFor();
});

interface AvroType {
  readonly typeName: string;
  readonly fields?: readonly { readonly name: string; readonly type: AvroType }[];
  readonly itemsType?: AvroType;
  readonly types?: readonly AvroType[];
  readonly symbols?: readonly string[];
}

/** A value with every field there is, and this text wherever there is one. */
function filled(type: AvroType, text: string): unknown {
  switch (type.typeName) {
    case 'record':
      return Object.fromEntries((type.fields ?? []).map((field) => [field.name, filled(field.type, text)]));
    case 'array':
      return type.itemsType === undefined ? [] : [filled(type.itemsType, text)];
    case 'enum':
      return type.symbols?.[0];
    case 'union:unwrapped': {
      const some = type.types?.find(({ typeName }) => typeName !== 'null');
      return some === undefined ? null : filled(some, text);
    }
    case 'logical:date':
      return '2026-01-31';
    case 'logical:timestamp-millis':
      return '2026-01-31T00:00:00Z';
    case 'string':
      return text;
    default:
      return 1;
  }
}

function eventOf(kind: Kind, name: string): Json {
  const text = texts[name] ?? '';
  return {
    specversion: '1.0',
    id: `hostile-${kind.name}-${name}`,
    source: 'bz-atips',
    participant: 'BZ',
    type: kind.name,
    time: '2026-01-31T00:00:00Z',
    recordedtime: new Date().toISOString(),
    tlp: 'GREEN',
    subject: text,
    data: filled(kind.type as unknown as AvroType, text),
  };
}

/** Two versions, so that what changed is shown too. */
async function answerThread(route: Route): Promise<void> {
  const [, kindName = '', name = ''] = /hostile-([a-z]+)-([a-zA-Z]+)$/.exec(route.request().url()) ?? [];
  const kind = kinds.find((one) => one.name === kindName);
  if (kind === undefined) return route.continue();
  const first = { ...eventOf(kind, 'members'), id: 'before' };
  const items = [first, eventOf(kind, name)];
  await route.fulfill({ json: { thread: 'bz-atips/before', kind: kind.name, items } });
}

/** The list has one of each as well. */
async function addToPage(route: Route): Promise<void> {
  const answer = await route.fetch();
  const page = (await answer.json()) as { cursor: string };
  const items = kinds.flatMap((kind) => names.map((name) => eventOf(kind, name)));
  await route.fulfill({ response: answer, json: { ...page, items } });
}

/** Within the page, as a click would. */
async function open(id: string): Promise<void> {
  await window.page.evaluate((name) => {
    history.pushState(null, '', `?period=1d&publisher=bz-atips&open=bz-atips/${name}`);
    dispatchEvent(new PopStateEvent('popstate'));
  }, id);
  await window.page.locator('.record code', { hasText: id }).waitFor();
  await window.page.locator('.record details').evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
  await window.page.locator('.record .raw pre').waitFor();
}

interface Seen {
  /** Texts of the record that hold this one: how many of them are set apart from what stands around them. */
  readonly apart: number;
  readonly notApart: readonly string[];
  readonly made: readonly string[];
  readonly over: number;
  readonly ran: unknown;
}

/** What of it can be seen, what it has made, and whether anything stands out to the side. */
const look = (text: string): Promise<Seen> =>
  window.page.evaluate((hostile) => {
    const record = document.querySelector('.record');
    const walk = document.createTreeWalker(record ?? document, NodeFilter.SHOW_TEXT);
    const holders: Element[] = [];
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode())
      if (node.parentElement !== null && node.nodeValue?.includes(hostile) === true)
        holders.push(node.parentElement);
    const apart = holders.filter((one) => one.closest('bdi') !== null);
    return {
      apart: apart.length,
      notApart: holders.filter((one) => !apart.includes(one)).map((one) => one.outerHTML.slice(0, 200)),
      made: [
        ...document.querySelectorAll(
          'main :is(script, img, svg, iframe, object, b, [onfocus], [href^="javascript"])',
        ),
      ].map((one) => one.outerHTML.slice(0, 200)),
      over: Math.max(
        document.documentElement.scrollWidth - innerWidth,
        (record?.scrollWidth ?? 0) - (record?.clientWidth ?? 0),
      ),
      ran: (globalThis as { ran?: unknown }).ran ?? null,
    };
  }, text);

/** Texts of an event: each of them is to be seen. */
function count(value: unknown, text: string): number {
  if (value === text) return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, one) => sum + count(one, text), 0);
}

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  '%s: hostile texts are texts',
  async (_name, kind) => {
    for (const [name, text] of Object.entries(texts)) {
      const event = eventOf(kind, name);
      await open(String(event['id']));
      const { apart, ...seen } = await look(text);
      expect([name, seen]).toEqual([name, { notApart: [], made: [], over: 0, ran: null }]);
      // In its own place each, and once more in what changed.
      expect([name, apart >= count(event, text)]).toEqual([name, true]);
    }
    expect(window.errors).toEqual([]);
    expect(window.elsewhere).toEqual([]);
  },
  120_000,
);
