import { setTimeout as sleep } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Cli } from './cli.ts';
import type { TokenSource } from './credentials.ts';
import { t } from './language.ts';
import { request, unreachable } from './request.ts';
import { retrying } from './retry.ts';

export interface Follow {
  /** The stream with its filter, and `since` or `cursor` where it is to begin in the past. */
  readonly url: URL;
  readonly caller: TokenSource | undefined;
  /** Told when a connection is lost, and before each wait. */
  readonly onLost: (error: Error, delayMs: number) => void;
}

/** The exchange sends a comment or a cursor at least every 30 s: three of them missing is a connection that is dead. */
const silenceMs = 90_000;
/** After a connection that worked: at once, but never in a tight loop. */
const reconnectMs = 250;
/** One event is at most some hundred KB; a stream that never ends an event would fill our memory. */
const maxEventChars = 16 * 1024 * 1024;

/** The name of a message that carries a place and no event: the exchange sends one on connect and on a quiet stream. */
export const placeOnly = 'cursor';

/**
 * Follows a stream of server-sent events and goes on where it was when the connection is lost (`Last-Event-ID`), as
 * often as it takes. Ends when the CLI is told to.
 *
 * @throws CliError when the first connection cannot be made, or when the exchange refuses one for good
 */
export async function* follow(cli: Cli, options: Follow): AsyncGenerator<EventSourceMessage> {
  let lastEventId: string | undefined;
  let first = true;
  while (!cli.signal.aborted) {
    const retries = first ? 0 : Number.POSITIVE_INFINITY;
    const stream = await retrying(() => connect(cli, options, lastEventId), {
      retries,
      signal: cli.signal,
      onWait: options.onLost,
    });
    first = false;
    try {
      for await (const message of stream) {
        yield message;
        if (message.id !== undefined && message.id !== '') lastEventId = message.id;
      }
      options.onLost(
        new Error(t('the exchange ended the stream', 'el intercambio terminó el flujo')),
        reconnectMs,
      );
    } catch (error) {
      if (cli.signal.aborted) return;
      options.onLost(Error.isError(error) ? error : new Error(String(error)), reconnectMs);
    }
    await sleep(reconnectMs, undefined, { signal: cli.signal }).catch(() => {});
  }
}

async function connect(
  cli: Cli,
  { url, caller }: Follow,
  lastEventId: string | undefined,
): Promise<AsyncGenerator<EventSourceMessage>> {
  const silence = new AbortController();
  const timer = setTimeout(
    () => silence.abort(new Error(t('nothing came for 90 seconds', 'no llegó nada en 90 segundos'))),
    silenceMs,
  );
  try {
    const response = await request(cli, url, {
      headers: {
        accept: 'text/event-stream',
        ...(caller && { authorization: `Bearer ${await caller()}` }),
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
      signal: AbortSignal.any([cli.signal, silence.signal]),
    });
    const { body } = response;
    if (body === null) throw unreachable(url, new Error(t('an empty answer', 'una respuesta vacía')));
    return messagesOf(body, timer);
  } catch (error) {
    clearTimeout(timer);
    throw error;
  }
}

async function* messagesOf(
  body: ReadableStream<Uint8Array>,
  timer: NodeJS.Timeout,
): AsyncGenerator<EventSourceMessage> {
  const decoder = new TextDecoder();
  const ready: EventSourceMessage[] = [];
  const parser = createParser({
    // An id without data moves the place too: a client that is cut off before its first event resumes there.
    onId: (id) => ready.push({ id, event: placeOnly, data: '' }),
    onEvent: (message) => {
      if (message.id !== undefined) ready.pop();
      ready.push(message);
    },
    maxBufferSize: maxEventChars,
  });
  try {
    for await (const chunk of body) {
      timer.refresh();
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* ready.splice(0);
    }
  } finally {
    clearTimeout(timer);
  }
}
