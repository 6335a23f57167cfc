import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A subscriber without a parser: what the wire carries, and how slowly it is taken. */
export interface RawStream {
  readonly socket: Socket;
  /** All bytes so far, the head of the answer too. */
  bytes(): number;
  text(): string;
  /** The body, cut at empty lines as WHATWG says a stream of events is; the unfinished last one left out. */
  blocks(): string[];
  until(condition: () => boolean, timeoutMs?: number): Promise<void>;
  /** Resolves when the exchange has ended the connection. */
  readonly ended: Promise<void>;
  close(): void;
}

export async function openRawStream(
  url: string,
  options: { path?: string; headers?: Readonly<Record<string, string>>; keep?: boolean } = {},
): Promise<RawStream> {
  const { path = '/v1/events/stream', headers = {}, keep = true } = options;
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let pieces: Buffer[] = [];
  let bytes = 0;
  let changed = Promise.withResolvers<void>();
  socket.on('data', (piece) => {
    bytes += piece.length;
    // A long stream is judged by its last bytes.
    pieces.push(piece);
    if (!keep && pieces.length > 64) pieces = pieces.slice(-8);
    changed.resolve();
    changed = Promise.withResolvers();
  });
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  const text = (): string => Buffer.concat(pieces).toString('utf8');
  return {
    socket,
    bytes: () => bytes,
    text,
    blocks: () =>
      text()
        .split('\r\n\r\n')
        .slice(1)
        .join('\r\n\r\n')
        .split(/\r\n\r\n|\n\n|\r\r/)
        .slice(0, -1),
    async until(condition, timeoutMs = 10_000) {
      const deadline = Date.now() + timeoutMs;
      while (!condition()) {
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`still waiting after ${timeoutMs} ms, with ${bytes} bytes`);
        await Promise.race([changed.promise, new Promise((later) => setTimeout(later, Math.min(left, 50)))]);
      }
    },
    ended,
    close: () => socket.destroy(),
  };
}
