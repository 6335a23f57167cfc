import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import type { EventKey, ReaderHistory, ReaderNote } from './history.ts';

const atOnce = 16;
const answerMs = 10_000;
const againMs = 500;

/** Asks for each event by its address; first, until `boundMs`, for the last ones, since the library follows the lanes. */
export async function readLibrary(
  url: string,
  events: readonly EventKey[],
  last: readonly EventKey[],
  boundMs: number,
): Promise<ReaderHistory> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const notes: ReaderNote[] = [];
  const until = performance.now() + boundMs;
  const isThere = async (event: EventKey): Promise<boolean> => {
    for (;;) {
      const said = await ask(`${url}/v1/events/${event}`, { agent, timeoutMs: answerMs }).then(
        ({ status }) => status,
        (error: unknown) => String(error),
      );
      if (said === 200 || said === 404) return said === 200;
      if (performance.now() > until) throw new Error(`the library answers ${said}`);
      await sleep(againMs);
    }
  };
  try {
    for (const event of last)
      while (!(await isThere(event)) && performance.now() < until) await sleep(againMs);
    const left = events.values();
    const work = async (): Promise<void> => {
      for (const event of left)
        if (await isThere(event))
          notes.push({ at: performance.now(), what: 'seen', event, cursor: undefined });
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return { reader: 'library', way: 'library', notes };
  } finally {
    agent.destroy();
  }
}
