import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  answerError,
  asProblem,
  type CurrentDirectory,
  type CursorCodec,
  copyOffsets,
  type Handler,
  type Kafka,
  type LanePosition,
  type Log,
  type Metrics,
  type MutableOffsets,
  type Offsets,
  ProblemError,
  reached,
  sentAlways,
  setOffset,
  type Verifier,
} from '@puebla/kit';
import type { Reader, ThreadStates } from '@puebla/schemas';
import { drained, maxBufferedBytes } from './backpressure.ts';
import type { CatchUp, Sink } from './catch-up.ts';
import type { Deliveries } from './deliveries.ts';
import type { Feed } from './feed.ts';
import { type Query, readQuery } from './query.ts';
import { hasChanged } from './reader-changed.ts';
import { shownOf, type Wanted } from './shown.ts';
import { type GapReason, startOf } from './start.ts';
import { cursorFrame, frameOf, type Subscriber, type Subscribers } from './subscribers.ts';

export interface StreamContext {
  readonly feed: Feed;
  readonly kafka: Kafka;
  readonly cursors: CursorCodec;
  readonly directory: CurrentDirectory;
  readonly threads: ThreadStates;
  readonly catchUp: CatchUp;
  readonly subscribers: Subscribers;
  readonly deliveries: Deliveries;
  readonly verifier: Verifier;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly beatMs: number;
  readonly stalledAfterMs: number;
  readonly open: Map<ServerResponse, OpenStream>;
}

export interface OpenStream {
  readonly reader: Reader;
  end(reason: EndReason): void;
  /** Ends it with a gap: these lanes go on elsewhere than where it stands. */
  lose(lanes: readonly LanePosition[]): void;
}

export type EndReason = 'slow' | 'token' | 'reader' | 'shutdown';

const maxSubscribers = 10_000;
/** The longest that a timer can wait. */
const maxTimerMs = 2 ** 31 - 1;
/** After its last event a stream that was ended has this long to take it. */
const endGraceMs = 2_000;

/** The last event of a stream that the exchange ends; each carries the cursor to resume from. */
const endEvents: Readonly<Record<EndReason, string>> = {
  slow: 'too-slow',
  token: 'token-expired',
  reader: 'reader-changed',
  shutdown: 'shutdown',
};

/** `GET /v1/events/stream`: server-sent events, live and from history. */
export function createStream(context: StreamContext): Handler {
  return (req, res) => {
    serve(context, req, res).catch((error: unknown) => {
      // Its reader may still be taking the end that it was given: to write behind that would end the process.
      if (res.writableEnded) return;
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
  open.set(res, { reader: query.caller.reader, end: stream.end, lose: stream.lose });
  metrics.subscribers.set(open.size);
  res.once('close', () => {
    open.delete(res);
    metrics.subscribers.set(open.size);
    stream.leave();
  });
  // It may have been another's turn to look while this one was opened.
  if (hasChanged(query.caller.reader, context.directory.current())) stream.end('reader');
  else await stream.follow(start.position);
}

/** One subscriber's stream: catches up, joins the live feed, falls back to catching up when it is slower. */
function openStream(context: StreamContext, query: Query, res: ServerResponse) {
  const { feed, cursors, catchUp, subscribers, metrics, beatMs } = context;
  const { filter, history, caller, key } = query;
  const { reader, expiresAt } = caller;
  const wanted: Wanted = { filter, history, reader };
  let leaveGroup: ((position: Offsets) => void) | undefined;
  /** While it catches up: behind what was written to it, moved on with every event. Undefined when it is live. */
  let place: Offsets | undefined;
  let began: Offsets = {};
  let wasLive = false;
  let lastSign = Date.now();

  const isOver = (): boolean => res.destroyed || res.writableEnded;
  const cursor = (position: Offsets): string =>
    cursors.encode({ clusterId: feed.clusterId, offsets: position });
  const writePlace = (position: Offsets): void => {
    lastSign = Date.now();
    res.write(cursorFrame(cursor(position)));
  };
  const leave = (): void => {
    cancelExpiry();
    leaveGroup?.(feed.position());
    leaveGroup = undefined;
  };
  const end = (reason: EndReason): void => {
    if (isOver()) return;
    leave();
    metrics.evictions.inc({ reason });
    endWith(res, `event: ${endEvents[reason]}\nid: ${cursor(place ?? feed.position())}\ndata: {}\n\n`);
  };
  const cancelExpiry = expiresAt === null ? () => {} : callAt(expiresAt, () => end('token'));
  const gapFrame = (reason: GapReason, position: Offsets): string =>
    `event: gap\nid: ${cursor(position)}\ndata: ${JSON.stringify({ reason })}\n\n`;
  const gap = (reason: GapReason, position: Offsets): void => {
    if (!isOver()) res.write(gapFrame(reason, position));
  };
  const lose = (lanes: readonly LanePosition[]): void => {
    if (isOver()) return;
    leave();
    const rest = copyOffsets(place ?? feed.position());
    for (const lane of lanes) setOffset(rest, lane, lane.offset);
    endWith(res, gapFrame('beyond-end', rest));
  };
  const subscriber: Subscriber = {
    res,
    quiet: true,
    onBehind: (position) => {
      leaveGroup?.(position);
      leaveGroup = undefined;
      follow(position).catch(() => res.destroy());
    },
  };
  const sink: Sink = {
    event(event, position) {
      if (isOver()) return false;
      const shown = shownOf(event, wanted, {
        directory: context.directory.current(),
        threads: context.threads,
      });
      if (shown === undefined) return true;
      // The reader goes on from what it has: behind the event before.
      if (shown.type === 'event' && !context.deliveries.tell(reader, shown.content.head))
        throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
      lastSign = Date.now();
      res.write(frameOf(cursor(position), shown));
      return true;
    },
    gap: (position) => gap('expired', position),
    full: () => res.writableLength > maxBufferedBytes,
    ready(position) {
      // A long way through history with nothing to show: a sign of life, and a place from which to go on.
      if (!isOver() && Date.now() - lastSign >= beatMs) writePlace(position);
      return drained(res, context.stalledAfterMs);
    },
    live(position) {
      if (isOver()) return;
      // Whoever was shown nothing of what went by still gets a place from which to go on.
      if (!reached(began, position)) writePlace(position);
      place = undefined;
      wasLive = true;
      leaveGroup = subscribers.join(subscriber, key, wanted, position);
    },
  };
  const follow = async (position: MutableOffsets): Promise<void> => {
    place = position;
    began = copyOffsets(position);
    if (!(await drained(res, context.stalledAfterMs)) || (wasLive && !feed.ring.covers(position))) {
      end('slow');
      return;
    }
    await catchUp.run(position, sink);
    if (leaveGroup === undefined) end('slow');
  };
  return { cursor, end, lose, leave, gap, follow };
}

/** Calls at an instant (epoch ms), however far away; returns how to cancel. A single timer cannot wait for 25 days. */
function callAt(instant: number, call: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = instant - Date.now();
    timer = left > maxTimerMs ? setTimeout(arm, maxTimerMs) : setTimeout(call, Math.max(0, left));
  };
  arm();
  return () => clearTimeout(timer);
}

function writeHead(res: ServerResponse): void {
  // Without chunks each write is one write to the socket; the stream ends with its connection anyway.
  res.useChunkedEncodingByDefault = false;
  res.shouldKeepAlive = false;
  res.writeHead(200, {
    ...sentAlways,
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
