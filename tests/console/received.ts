import type { Response } from 'playwright-core';
import type { Window } from './browser.ts';

/** All that a browser was sent: of answers their addresses, heads and bodies, and of streams each message. From now on. */
export async function received({ page, context }: Window): Promise<() => Promise<string>> {
  const heard: string[] = [];
  const answers: Promise<void>[] = [];
  const take = async (response: Response): Promise<void> => {
    const headers = await response.allHeaders();
    heard.push(`${response.status()} ${response.url()} ${JSON.stringify(headers)}`);
    // A stream has no end: its messages are taken as they come.
    if (headers['content-type']?.startsWith('text/event-stream')) return;
    heard.push(await response.text());
  };
  page.on('response', (response) => {
    // A redirect, or what the page has left: it was never read.
    answers.push(take(response).catch(() => undefined));
  });
  const protocol = await context.newCDPSession(page);
  await protocol.send('Network.enable');
  protocol.on('Network.eventSourceMessageReceived', ({ eventName, eventId, data }) => {
    heard.push(`${eventName} ${eventId} ${data}`);
  });
  return async () => {
    await Promise.all(answers);
    return heard.join('\n');
  };
}

/** Whether a text is in what a page holds in memory once what can go is gone. */
export async function isInMemory({ page, context }: Window, text: string): Promise<boolean> {
  const protocol = await context.newCDPSession(page);
  const pieces: string[] = [];
  protocol.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => pieces.push(chunk));
  await protocol.send('HeapProfiler.enable');
  await protocol.send('HeapProfiler.collectGarbage');
  await protocol.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await protocol.detach();
  return pieces.join('').includes(text);
}

/** What the browser has put away of an origin: storage, caches of the page's own, and its own cache of what was asked for. */
export function keptBy({ page }: Window, asked: readonly string[]): Promise<string> {
  return page.evaluate(async (addresses) => {
    const cached = await Promise.all(
      addresses.map((address) =>
        fetch(address, { cache: 'only-if-cached', mode: 'same-origin' }).then(
          async (answer) => (answer.ok ? answer.text() : ''),
          () => '',
        ),
      ),
    );
    const names = await caches.keys();
    const put = await Promise.all(
      names.map(async (name) => {
        const cache = await caches.open(name);
        const answers = await cache.matchAll();
        return Promise.all(answers.map((answer) => answer.text()));
      }),
    );
    const databases = await indexedDB.databases();
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, put, databases, cached]);
  }, asked);
}
