import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire; the body as far as `Content-Length` or the end of the connection goes. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A client for tests that says exactly what it is told to, byte by byte, and hears all that comes. */
export interface RawClient {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** All that has come so far, as latin1. */
  received(): string;
  /** The next whole answer that has not been given yet. Rejects when the connection ends, or the time, before it is there. */
  answer(timeoutMs?: number): Promise<RawAnswer>;
  /** Resolves with the milliseconds since the connection was opened, when the exchange has ended it. */
  readonly ended: Promise<number>;
  close(): void;
}

export async function openRaw(port: number, host = '127.0.0.1'): Promise<RawClient> {
  const socket = connect({ port, host, noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const opened = performance.now();
  let text = '';
  let given = 0;
  let over = false;
  let changed = Promise.withResolvers<void>();
  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  socket.setEncoding('latin1');
  socket.on('data', (piece: string) => {
    text += piece;
    tell();
  });
  // A connection that is reset while we still send has ended too; what came before counts.
  socket.on('error', () => {});
  const ended = new Promise<number>((resolve) => {
    const end = (): void => {
      over = true;
      resolve(performance.now() - opened);
      tell();
    };
    socket.once('end', end).once('close', end);
  });
  return {
    socket,
    ended,
    send: (bytes) => void socket.write(bytes),
    received: () => text,
    async answer(timeoutMs = 30_000) {
      const timer = setTimeout(tell, timeoutMs);
      const deadline = performance.now() + timeoutMs;
      try {
        for (;;) {
          const found = parseAnswer(text.slice(given), over);
          if (found !== undefined) {
            given += found.length;
            return found.answer;
          }
          if (over) throw new Error(`the connection ended after: ${text.slice(given, given + 500)}`);
          if (performance.now() >= deadline) throw new Error(`no answer within ${timeoutMs} ms`);
          await changed.promise;
        }
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => socket.destroy(),
  };
}

/** One request on a connection of its own, and its answer. */
export async function askRaw(
  port: number,
  bytes: string | Uint8Array,
  timeoutMs = 30_000,
): Promise<RawAnswer> {
  const client = await openRaw(port);
  client.send(bytes);
  try {
    return await client.answer(timeoutMs);
  } finally {
    client.close();
  }
}

function parseAnswer(text: string, over: boolean): { answer: RawAnswer; length: number } | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const status = Number(statusLine.split(' ')[1]);
  const bodyStart = headEnd + 4;
  const announced = status === 100 || status === 204 || status === 304 ? '0' : headers['content-length'];
  if (announced === undefined && !over) return undefined;
  const bodyEnd = announced === undefined ? text.length : bodyStart + Number(announced);
  if (text.length < bodyEnd) return undefined;
  return { answer: { status, headers, body: text.slice(bodyStart, bodyEnd) }, length: bodyEnd };
}
