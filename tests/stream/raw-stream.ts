import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One event as it came: fields by their names. */
export type RawFrame = Readonly<Partial<Record<'event' | 'id' | 'data' | 'retry', string>>>;

/** A subscriber without a parser: what the wire carries, and how slowly it is taken. */
export interface RawStream {
  readonly socket: Socket;
  /** All bytes so far, the head of the answer too. */
  bytes(): number;
  text(): string;
  /** Whether an event that holds this text has come of late, whole: a long one comes in several pieces. */
  hasWhole(text: string): boolean;
  /** The body, cut at empty lines as WHATWG says a stream of events is; the unfinished last one left out. */
  blocks(): string[];
  /** The blocks that say something, field by field. */
  frames(): RawFrame[];
  until(condition: () => boolean, timeoutMs?: number): Promise<void>;
  /** Resolves when the exchange has ended the connection. */
  readonly ended: Promise<void>;
  close(): void;
}

const recentBytes = 128 * 1024;

export async function openRawStream(
  url: string,
  options: { path?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<RawStream> {
  const { path = '/v1/events/stream', headers = {} } = options;
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const pieces: Buffer[] = [];
  let bytes = 0;
  let changed = Promise.withResolvers<void>();
  socket.on('data', (piece) => {
    bytes += piece.length;
    pieces.push(piece);
    changed.resolve();
    changed = Promise.withResolvers();
  });
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  const text = (): string => Buffer.concat(pieces).toString('utf8');
  /** The end of it, which is cheap to look at again and again. */
  const recent = (): string => {
    let from = pieces.length;
    for (let size = 0; from > 0 && size < recentBytes; ) size += pieces[--from]?.length ?? 0;
    return Buffer.concat(pieces.slice(from)).toString('utf8');
  };
  const hasWhole = (wanted: string): boolean => {
    const end = recent();
    const at = end.indexOf(wanted);
    return at !== -1 && end.includes('\n\n', at);
  };
  const blocks = (): string[] =>
    text()
      .split('\r\n\r\n')
      .slice(1)
      .join('\r\n\r\n')
      .split(/\r\n\r\n|\n\n|\r\r/)
      .slice(0, -1);
  return {
    socket,
    bytes: () => bytes,
    text,
    hasWhole,
    blocks,
    frames: () => blocks().flatMap((block) => (block.startsWith(':') ? [] : [frameOf(block)])),
    async until(condition, timeoutMs = 60_000) {
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

function frameOf(block: string): RawFrame {
  return Object.fromEntries(
    block.split('\n').map((line) => [line.split(':', 1)[0], line.replace(/^\w+: /, '')]),
  );
}
