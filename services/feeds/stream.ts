import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  answerError,
  asProblem,
  type CursorCodec,
  copyOffsets,
  type Handler,
  type Kafka,
  type Log,
  type Metrics,
  type MutableOffsets,
  type Offsets,
  ProblemError,
  reached,
  type Verifier,
} from '@puebla/kit';
import type { CatchUp, Sink } from './catch-up.ts';
import type { Feed } from './feed.ts';
import { type Query, readQuery } from './query.ts';
import { type GapReason, startOf } from './start.ts';
import {
  cursorFrame,
  frameOf,
  maxBufferedBytes,
  type Subscriber,
  type Subscribers,
  shown,
} from './subscribers.ts';

export interface StreamContext {
  readonly feed: Feed;
  readonly kafka: Kafka;
  readonly cursors: CursorCodec;
  readonly catchUp: CatchUp;
  readonly subscribers: Subscribers;
  readonly verifier: Verifier;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Streams that are open, by how to end them. */
  readonly open: Map<ServerResponse, (reason: EndReason) => void>;
}

export type EndReason = 'slow' | 'token' | 'shutdown';

const maxSubscribers = 10_000;
/** A reader that takes nothing for this long is cut off; it has its cursor and resumes. */
const stalledAfterMs = 15_000;
/** After its last event a stream that was ended has this long to take it. */
const endGraceMs = 2_000;

/** The last event of a stream that the exchange ends; each carries the cursor to resume from. */
const endEvents: Readonly<Record<EndReason, string>> = {
  slow: 'too-slow',
  token: 'token-expired',
  shutdown: 'shutdown',
};

/** `GET /v1/events/stream`: server-sent events, live and from history. */
export function createStream(context: StreamContext): Handler {
  return (req, res) => {
    serve(context, req, res).catch((error: unknown) => {
      if (res.headersSent)
        endWith(res, `event: error\ndata: ${JSON.stringify({ code: asProblem(error).code })}\n\n`);
      else answerError(error, res, context.log, context.metrics);
    });
  };
}

async function serve(context: StreamContext, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { feed, kafka, cursors, verifier, open, metrics } = context;
  const query = await readQuery(verifier, req, []);
  if (open.size >= maxSubscribers) throw new ProblemError('overloaded', { retryAfterSeconds: 5 });
  const ends = await feed.caughtUp();
  const start = await startOf({ ...query, feed, kafka, cursors, otherwise: 'now', ends });
  if (res.destroyed) return;
  writeHead(res);
  const stream = openStream(context, query, res);
  if (start.gap !== undefined) stream.gap(start.gap, start.position);
  res.write(`retry: 1000\n${cursorFrame(stream.cursor(start.position))}`);
  open.set(res, stream.end);
  metrics.subscribers.set(open.size);
  res.once('close', () => {
    open.delete(res);
    metrics.subscribers.set(open.size);
    stream.leave();
  });
  await stream.follow(start.position);
}

/** One subscriber's stream: catches up, joins the live feed, falls back to catching up when it is slower. */
function openStream(context: StreamContext, query: Query, res: ServerResponse) {
  const { feed, cursors, catchUp, subscribers, metrics } = context;
  const { filter, caller, key } = query;
  const { reader, expiresAt } = caller;
  let leaveGroup: (() => void) | undefined;
  let behind: MutableOffsets | undefined;
  let wasLive = false;

  const cursor = (position: Offsets): string =>
    cursors.encode({ clusterId: feed.clusterId, offsets: position });
  const end = (reason: EndReason): void => {
    if (res.writableEnded || res.destroyed) return;
    leave();
    metrics.evictions.inc({ reason });
    const place = behind === undefined ? '' : `id: ${cursor(behind)}\n`;
    endWith(res, `event: ${endEvents[reason]}\n${place}data: {}\n\n`);
  };
  const expiry =
    expiresAt === null ? undefined : setTimeout(() => end('token'), Math.max(0, expiresAt - Date.now()));
  const leave = (): void => {
    clearTimeout(expiry);
    leaveGroup?.();
    leaveGroup = undefined;
  };
  const gap = (reason: GapReason, position: Offsets): void => {
    res.write(`event: gap\nid: ${cursor(position)}\ndata: ${JSON.stringify({ reason })}\n\n`);
  };
  const subscriber: Subscriber = {
    res,
    quiet: true,
    onBehind: (position) => {
      leaveGroup?.();
      leaveGroup = undefined;
      behind = position;
      follow(position).catch(() => res.destroy());
    },
  };
  const sink: Sink = {
    event(event, position) {
      if (res.destroyed || res.writableEnded) return false;
      const content = shown(event, filter, reader);
      if (content !== undefined) res.write(frameOf(cursor(position), content));
      return true;
    },
    gap: (position) => gap('expired', position),
    ready: () => drained(res),
    live(position) {
      if (res.destroyed || res.writableEnded) return;
      // Whoever was shown nothing of what went by still gets a place from which to go on.
      if (behind === undefined || !reached(behind, position)) res.write(cursorFrame(cursor(position)));
      behind = undefined;
      wasLive = true;
      leaveGroup = subscribers.join(subscriber, key, filter, reader);
    },
  };
  const follow = async (position: MutableOffsets): Promise<void> => {
    behind = copyOffsets(position);
    if (!(await drained(res)) || (wasLive && !feed.ring.covers(position))) {
      end('slow');
      return;
    }
    await catchUp.run(position, sink);
    if (leaveGroup === undefined) end('slow');
  };
  return { cursor, end, leave, gap, follow };
}

/** Resolves true when the reader has taken what waits for it; false when it has gone or takes nothing. */
async function drained(res: ServerResponse): Promise<boolean> {
  if (res.destroyed) return false;
  if (res.writableLength <= maxBufferedBytes / 2) {
    await new Promise((resolve) => setImmediate(resolve));
    return !res.destroyed;
  }
  const bound = new AbortController();
  const timer = setTimeout(() => bound.abort(), stalledAfterMs);
  try {
    await Promise.race([
      once(res, 'drain', { signal: bound.signal }),
      once(res, 'close', { signal: bound.signal }),
    ]);
    return !res.destroyed;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    bound.abort();
  }
}

function writeHead(res: ServerResponse): void {
  // Without chunks each write is one write to the socket; the stream ends with its connection anyway.
  res.useChunkedEncodingByDefault = false;
  res.shouldKeepAlive = false;
  res.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'private, no-store',
    'X-Accel-Buffering': 'no',
    Connection: 'close',
  });
}

function endWith(res: ServerResponse, text: string): void {
  res.end(text);
  setTimeout(() => res.destroy(), endGraceMs).unref();
}
