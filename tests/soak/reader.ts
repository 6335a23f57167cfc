import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { ask } from './ask.ts';
import type { EventKey, ReaderHistory, ReaderNote } from './history.ts';
import { createPace, cutAll, type Pace } from './pace.ts';

export interface Reader {
  readonly history: ReaderHistory;
  readonly pace: Pace;
  hasSeen(event: EventKey): boolean;
  cut(): void;
  close(): Promise<void>;
}

const againMs = 200;
/** Nothing for so long, not even a heartbeat (every 15 s): the connection is dead. */
const silenceMs = 40_000;
const pageLimit = 500;

interface Notebook {
  readonly notes: ReaderNote[];
  cursor(): string | undefined;
  connected(): void;
  seen(event: unknown, cursor: string | undefined): void;
  place(cursor: string | undefined): void;
  gap(reason: unknown): void;
}

/** What both ways do alike: go on from the last cursor until they are closed, and write down what they see. */
function startReader(
  reader: string,
  way: 'stream' | 'pager',
  visit: (notebook: Notebook, connections: Agent) => Promise<void>,
): Reader {
  const connections = new Agent({ keepAlive: true });
  const notes: ReaderNote[] = [];
  const seen = new Set<EventKey>();
  const pace = createPace();
  let cursor: string | undefined;
  let isOver = false;
  const at = (): number => performance.now();
  const notebook: Notebook = {
    notes,
    cursor: () => cursor,
    connected: () => void notes.push({ at: at(), what: 'connected', cursor }),
    seen(event, behind) {
      const { source, id } = event as { source: string; id: string };
      const key = `${source.split('/').at(-1)}/${id}`;
      cursor = behind ?? cursor;
      seen.add(key);
      notes.push({ at: at(), what: 'seen', event: key, cursor: behind });
      pace.mark();
    },
    place(behind) {
      if (behind === undefined) return;
      cursor = behind;
      notes.push({ at: at(), what: 'cursor', cursor: behind });
    },
    gap: (reason) => void notes.push({ at: at(), what: 'gap', reason: String(reason) }),
  };
  const visits = (async () => {
    while (!isOver) {
      await visit(notebook, connections);
      await sleep(againMs);
    }
  })();
  return {
    history: { reader, way, notes },
    pace,
    hasSeen: (event) => seen.has(event),
    cut: () => cutAll(connections),
    async close() {
      isOver = true;
      cutAll(connections);
      await visits;
      connections.destroy();
    },
  };
}

/** Follows from the earliest on, and resumes by `Last-Event-ID` whenever it ends. */
export function startStreamReader(reader: string, url: string): Reader {
  return startReader(
    reader,
    'stream',
    (notebook, agent) =>
      new Promise((resolve) => {
        const cursor = notebook.cursor();
        const headers = {
          Accept: 'text/event-stream',
          ...(cursor === undefined ? {} : { 'Last-Event-ID': cursor }),
        };
        const parser = createParser({
          onEvent({ event = 'message', id, data }) {
            if (event === 'message') notebook.seen(JSON.parse(data), id);
            else {
              if (event === 'gap') notebook.gap(JSON.parse(data).reason);
              notebook.place(id);
            }
          },
        });
        const req = request(`${url}/v1/events/stream?since=earliest`, { headers, agent });
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
          res.on('close', () => resolve());
        });
        req.end();
      }),
  );
}

/** Asks for the page behind the last one again and again. */
export function startPager(reader: string, url: string): Reader {
  return startReader(reader, 'pager', async (notebook, agent) => {
    const cursor = notebook.cursor();
    const from = cursor === undefined ? 'since=earliest' : `cursor=${encodeURIComponent(cursor)}`;
    const headers = { Accept: 'application/json' };
    try {
      const asked = { headers, agent, timeoutMs: silenceMs };
      const answer = await ask(`${url}/v1/events?limit=${pageLimit}&${from}`, asked);
      if (answer.status !== 200) return;
      const page = JSON.parse(answer.body);
      notebook.connected();
      if (page.gap !== undefined) notebook.gap(page.gap.reason);
      for (const item of page.items) notebook.seen(item, undefined);
      notebook.place(page.cursor);
    } catch {
      // Cut off: the same page is asked for again.
    }
  });
}
