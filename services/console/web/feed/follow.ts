import { type Filter, formatFilter } from '@puebla/schemas';
import { ApiError, askJson } from '../core/api.ts';
import { nameIn } from '../core/event-name.ts';
import { loadSession } from '../core/session.ts';
import { isInSight, watchSight } from '../parts/in-sight.ts';
import { type Item, itemOf, type ShownEvent } from './event.ts';
import type { Entry, FeedStore } from './store.ts';

export interface Followed {
  readonly filter: Filter;
  /** From when on, as the exchange takes it: RFC 3339, or `earliest`. */
  readonly since: string;
  readonly language: string;
  /** Every version, not the one alone that stands. */
  readonly history?: boolean;
  /** What is kept of an event. */
  readonly item?: (event: ShownEvent) => Item;
}

interface PageOf {
  readonly items: readonly (ShownEvent | { readonly withdrawn: string })[];
  readonly cursor: string;
}

const pageSize = 1_000;
/** What comes within this is shown together. */
const gatherMs = 150;
/** The exchange gives a quiet reader a cursor every 30 s: a stream that says nothing for so long is dead, whatever the network says. */
const silentMs = 45_000;
/** Out of sight for so long a page holds no stream: to one origin a browser opens six connections (HTTP/1.1), for all of its pages. */
const outOfSightMs = 5_000;
/** It asks instead: what is taken back leaves it too. */
const askEveryMs = 60_000;
/** After an answer that does not say when to come again. */
const againAfterMs = 2_000;

/**
 * Fills the store with what there is since then, and goes on with what comes: pages to their end, then the stream from their cursor; out of sight
 * pages alone. What breaks is begun again at the last cursor, so that nothing is missing and nothing there twice. @returns what ends it
 */
export function followFeed(store: FeedStore, followed: Followed): () => void {
  const { item = itemOf } = followed;
  const ended = new AbortController();
  let cursor: string | undefined;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let isReading = false;
  let isResting = false;

  async function readPages(): Promise<void> {
    let loaded = 0;
    for await (const page of pagesOf(followed, cursor, ended.signal)) {
      cursor = page.cursor;
      take(store, page.items, item);
      loaded += page.items.length;
      store.connection.value = { state: 'loading', loaded };
    }
  }

  function listen(): void {
    const gathered: Entry[] = [];
    const flush = (): void => {
      if (gathered.length > 0) store.add(gathered.splice(0));
    };
    const gather = (entry: Entry): void => {
      gathered.push(entry);
      if (gathered.length === 1) setTimeout(flush, gatherMs);
    };
    const stream = new EventSource(`/console/v1/events/stream?${queryOf(followed, cursor)}`);
    source = stream;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        flush();
        lost();
        beginAgain(0);
      }, silentMs);
    };
    const keep = ({ lastEventId }: MessageEvent): void => {
      heard();
      if (lastEventId !== '') cursor = lastEventId;
    };
    heard();
    stream.onopen = () => {
      heard();
      store.connection.value = { state: 'live' };
    };
    stream.onmessage = (message: MessageEvent<string>) => {
      gather(item(JSON.parse(message.data) as ShownEvent));
      keep(message);
    };
    stream.addEventListener('withdrawn', (message) => {
      flush();
      store.withdraw(nameIn((JSON.parse(message.data) as { address: string }).address));
      keep(message);
    });
    stream.addEventListener('gap', (message) => {
      gather(gapOf(message.data));
      keep(message);
    });
    for (const name of ['cursor', 'token-expired', 'reader-changed', 'too-slow', 'shutdown']) {
      stream.addEventListener(name, keep);
    }
    stream.onerror = () => {
      flush();
      lost();
      // The browser comes again by itself after a break, never after a refusal.
      if (stream.readyState === EventSource.CLOSED) beginAgain(againAfterMs);
    };
  }

  function lost(): void {
    if (store.connection.value.state === 'lost') return;
    store.connection.value = { state: 'lost', since: Date.now() };
  }

  function beginAgain(afterMs: number): void {
    source?.close();
    clearTimeout(timer);
    clearTimeout(silence);
    if (!ended.signal.aborted) timer = setTimeout(() => void run(), afterMs);
  }

  function rest(): void {
    // Whoever reads looks for himself when he has.
    if (isReading) return;
    isResting = true;
    beginAgain(askEveryMs);
  }

  async function run(): Promise<void> {
    isReading = true;
    try {
      await readPages();
      isReading = false;
      if (ended.signal.aborted) return;
      if (!isInSight()) return rest();
      isResting = false;
      listen();
    } catch (error) {
      isReading = false;
      if (ended.signal.aborted) return;
      lost();
      if (error instanceof ApiError && error.problem.status === 401) {
        await loadSession().catch(() => undefined);
      }
      beginAgain(error instanceof ApiError && error.retryAfter ? error.retryAfter * 1_000 : againAfterMs);
    }
  }

  const online = (): void => {
    if (store.connection.value.state === 'lost') beginAgain(0);
  };
  window.addEventListener('online', online);
  const unwatch = watchSight(outOfSightMs, rest, () => {
    if (isResting && !isReading) beginAgain(0);
  });
  void run();
  return () => {
    ended.abort();
    unwatch();
    clearTimeout(timer);
    clearTimeout(silence);
    source?.close();
    window.removeEventListener('online', online);
  };
}

/** Pages to their end, each from where the one before ended. Rejects with ApiError */
export async function* pagesOf(
  asked: Followed,
  from?: string,
  signal?: AbortSignal,
): AsyncGenerator<PageOf, void> {
  const { language } = asked;
  for (let cursor = from; ; ) {
    const params = queryOf(asked, cursor);
    params.set('limit', String(pageSize));
    const page = await askJson<PageOf>(`/v1/events?${params}`, { language, ...(signal && { signal }) });
    cursor = page.cursor;
    yield page;
    if (page.items.length < pageSize) return;
  }
}

function queryOf({ filter, since, history }: Followed, cursor: string | undefined): URLSearchParams {
  const params = formatFilter(filter);
  if (cursor === undefined) params.set('since', since);
  else params.set('cursor', cursor);
  if (history) params.set('history', 'true');
  return params;
}

/** Puts a page where it belongs, in its order. */
export function take(store: FeedStore, items: PageOf['items'], itemOf: (event: ShownEvent) => Item): void {
  let run: Entry[] = [];
  for (const one of items) {
    if ('withdrawn' in one) {
      store.add(run);
      run = [];
      store.withdraw(nameIn(one.withdrawn));
    } else run.push(itemOf(one));
  }
  store.add(run);
}

function gapOf(text: string): Entry {
  const { reason } = JSON.parse(text) as { readonly reason: string };
  return { type: 'gap', name: `gap:${crypto.randomUUID()}`, reason, at: Date.now() };
}
