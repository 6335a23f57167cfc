import { hash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { ask } from './ask.ts';
import type { EventKey, ReaderHistory, ReaderNote } from './history.ts';
import { createPace, cutAll, type Pace } from './pace.ts';
import { createStamps } from './stamps.ts';
import { type Mint, signedAs } from './tokens.ts';

export interface Reader {
  readonly history: ReaderHistory;
  readonly pace: Pace;
  hasSeen(event: EventKey): boolean;
  seenCount(): number;
  cut(): void;
  close(): Promise<void>;
}

const againMs = 200;
/** Nothing for so long, not even a heartbeat (every 15 s): the connection is dead. */
const silenceMs = 40_000;
const pageLimit = 500;

export interface ReaderOptions {
  readonly url: string;
  /** The agency that it reads for; undefined for who is not signed in. */
  readonly as: string | undefined;
  readonly mint: Mint;
  /** Whether it asks for the versions too that have a newer one. */
  readonly history: boolean;
}

interface Notebook {
  cursor(): string | undefined;
  connected(): void;
  closed(): void;
  seen(event: unknown, cursor: string | undefined): void;
  withdrawn(address: string, cursor: string | undefined): void;
  place(cursor: string | undefined): void;
  gap(reason: unknown): void;
}

/** What both ways do alike: go on from the last cursor until they are closed, and write down what they see. */
function startReader(
  way: 'stream' | 'pager',
  { as, mint, history }: ReaderOptions,
  visit: (notebook: Notebook, connections: Agent, signed: Record<string, string>) => Promise<void>,
): Reader {
  const reader = `${way} of ${as ?? 'nobody'}${history ? '' : ', newest'}`;
  const connections = new Agent({ keepAlive: true });
  const notes: ReaderNote[] = [];
  const seen = new Set<EventKey>();
  const pace = createPace();
  const signed = signedAs(mint, as);
  const stampOf = createStamps();
  let cursor: string | undefined;
  let isOver = false;
  const at = (): number => performance.now();
  const notebook: Notebook = {
    cursor: () => cursor,
    connected: () => void notes.push({ at: at(), what: 'connected', cursor: shortOf(cursor) }),
    closed: () => void notes.push({ at: at(), what: 'closed' }),
    seen(event, behind) {
      const { source, id } = event as { source: string; id: string };
      const key = `${source}/${id}`;
      cursor = behind ?? cursor;
      seen.add(key);
      notes.push({ at: at(), what: 'seen', event: key, cursor: shortOf(behind), stamp: stampOf(event) });
      pace.mark();
    },
    withdrawn(address, behind) {
      cursor = behind ?? cursor;
      const event = address.replace('/v1/events/', '');
      notes.push({ at: at(), what: 'withdrawn', event, cursor: shortOf(behind) });
    },
    place(behind) {
      const noted = shortOf(behind);
      if (noted === undefined) return;
      cursor = behind;
      notes.push({ at: at(), what: 'cursor', cursor: noted });
    },
    gap: (reason) => void notes.push({ at: at(), what: 'gap', reason: String(reason) }),
  };
  const visits = (async () => {
    while (!isOver) {
      await visit(notebook, connections, await signed());
      await sleep(againMs);
    }
  })();
  return {
    history: { reader, as, way, history, notes },
    pace,
    hasSeen: (event) => seen.has(event),
    seenCount: () => seen.size,
    cut: () => cutAll(connections),
    async close() {
      isOver = true;
      cutAll(connections);
      await visits;
      connections.destroy();
    },
  };
}

/** A cursor has a thousand characters, and there are hundreds of thousands of them. */
function shortOf(cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : hash('sha256', cursor, 'base64url').slice(0, 12);
}

/** Follows from the earliest on, and resumes by `Last-Event-ID` whenever it ends. */
export function startStreamReader(options: ReaderOptions): Reader {
  return startReader(
    'stream',
    options,
    (notebook, agent, signed) =>
      new Promise((resolve) => {
        const cursor = notebook.cursor();
        const headers = {
          Accept: 'text/event-stream',
          ...signed,
          ...(cursor === undefined ? {} : { 'Last-Event-ID': cursor }),
        };
        const parser = createParser({
          onEvent({ event = 'message', id, data }) {
            if (event === 'message') notebook.seen(JSON.parse(data), id);
            else if (event === 'withdrawn') notebook.withdrawn(JSON.parse(data).address, id);
            else {
              if (event === 'gap') notebook.gap(JSON.parse(data).reason);
              notebook.place(id);
            }
          },
        });
        const query = `since=earliest&history=${options.history}`;
        const req = request(`${options.url}/v1/events/stream?${query}`, { headers, agent });
        req.setTimeout(silenceMs, () => req.destroy());
        req.on('error', () => resolve());
        req.on('response', (res) => {
          const isStream = res.statusCode === 200;
          if (isStream) notebook.connected();
          res.setEncoding('utf8');
          res.on('data', (text: string) => {
            if (isStream) parser.feed(text);
          });
          res.on('error', () => resolve());
          res.on('close', () => {
            if (isStream) notebook.closed();
            resolve();
          });
        });
        req.end();
      }),
  );
}

/** Asks for the page behind the last one again and again. */
export function startPager(options: ReaderOptions): Reader {
  return startReader('pager', options, async (notebook, agent, signed) => {
    const cursor = notebook.cursor();
    const from = cursor === undefined ? 'since=earliest' : `cursor=${encodeURIComponent(cursor)}`;
    const headers = { Accept: 'application/json', ...signed };
    try {
      const asked = { headers, agent, timeoutMs: silenceMs };
      const query = `limit=${pageLimit}&history=${options.history}&${from}`;
      const answer = await ask(`${options.url}/v1/events?${query}`, asked);
      if (answer.status !== 200) return;
      const page = JSON.parse(answer.body);
      notebook.connected();
      if (page.gap !== undefined) notebook.gap(page.gap.reason);
      for (const item of page.items)
        if (item.withdrawn === undefined) notebook.seen(item, undefined);
        else notebook.withdrawn(item.withdrawn, undefined);
      notebook.place(page.cursor);
    } catch {
      // Cut off: the same page is asked for again.
    }
  });
}
