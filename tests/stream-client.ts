import { request } from 'node:http';
import { createParser } from 'eventsource-parser';

export interface StreamEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** A subscriber as a test sees it: what came, and how to cut it. */
export interface StreamClient {
  readonly status: number;
  readonly events: readonly StreamEvent[];
  /** The ids of the CloudEvents that came, in order. */
  ids(): string[];
  /** Behind the last event that came with a cursor. */
  lastId(): string | undefined;
  /** Waits for a condition on what came; rejects after `timeoutMs`. */
  until(condition: (events: readonly StreamEvent[]) => boolean, timeoutMs?: number): Promise<void>;
  /** Resolves when the exchange has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

export function openStream(
  url: string,
  options: { query?: string; lastEventId?: string | undefined; token?: string | undefined } = {},
): Promise<StreamClient> {
  const { query = '', lastEventId, token } = options;
  const events: StreamEvent[] = [];
  const ended = Promise.withResolvers<void>();
  let changed = Promise.withResolvers<void>();
  const parser = createParser({
    onEvent: ({ event = 'message', id, data }) => {
      events.push({ event, id, data: JSON.parse(data) });
      changed.resolve();
      changed = Promise.withResolvers();
    },
  });
  return new Promise((resolve, reject) => {
    const req = request(`${url}/v1/events/stream${query}`, {
      headers: {
        Accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
    });
    req.on('error', (error) => {
      ended.resolve();
      reject(error);
    });
    req.on('response', (res) => {
      res.setEncoding('utf8');
      res.on('data', (text: string) => parser.feed(text));
      res.on('close', () => {
        ended.resolve();
        changed.resolve();
      });
      res.on('error', () => ended.resolve());
      resolve({
        status: res.statusCode ?? 0,
        events,
        ids: () =>
          events.filter(({ event }) => event === 'message').map(({ data }) => (data as { id: string }).id),
        lastId: () => events.findLast(({ id }) => id !== undefined)?.id,
        async until(condition, timeoutMs = 60_000) {
          const deadline = Date.now() + timeoutMs;
          while (!condition(events)) {
            const left = deadline - Date.now();
            if (left <= 0)
              throw new Error(`still waiting after ${timeoutMs} ms, with ${events.length} events`);
            await Promise.race([
              changed.promise,
              new Promise((later) => setTimeout(later, Math.min(left, 50))),
            ]);
          }
        },
        ended: ended.promise,
        close: () => req.destroy(),
      });
    });
    req.end();
  });
}

/** Whether the last of these ids has come. */
export function has(id: string): (events: readonly StreamEvent[]) => boolean {
  return (events) =>
    events.some(({ event, data }) => event === 'message' && (data as { id?: string }).id === id);
}
