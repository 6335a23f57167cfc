import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerError, copyOffsets, type Handler, type Offsets, ProblemError, sentAlways } from '@puebla/kit';
import { canRead, type Directory, type EventHead } from '@puebla/schemas';
import { drained, maxBufferedBytes } from './backpressure.ts';
import { readQuery } from './query.ts';
import { hasChanged } from './reader-changed.ts';
import { type Shown, shownOf } from './shown.ts';
import { type GapReason, startOf } from './start.ts';
import type { StreamContext } from './stream.ts';
import { violationOf } from './violations.ts';

const defaultLimit = 100;
const maxLimit = 1_000;
/** A page of more than this goes out while it is read: a thousand of the largest events are 300 MB. */
const maxHeldChars = 1024 * 1024;

/** `GET /v1/events`: one page as JSON, or as lines when `application/x-ndjson` is asked for. Short only at its end. */
export function createPage(context: StreamContext): Handler {
  return (req, res) => {
    serve(context, req, res).catch((error: unknown) => answerError(error, res, context.log, context.metrics));
  };
}

async function serve(context: StreamContext, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { feed, kafka, cursors, directory, threads, deliveries, verifier, catchUp } = context;
  const query = await readQuery(verifier, req, ['limit']);
  const limit = limitOf(query.params.get('limit'));
  const ends = await feed.caughtUp();
  const start = await startOf({ ...query, feed, kafka, cursors, otherwise: 'earliest', ends });
  const { filter, history, caller } = query;
  const wanted = { filter, history, reader: caller.reader };
  let gap: GapReason | undefined = start.gap;
  /** Of which it is known that he is still in it: he signed in before the ends of the lanes were asked for. */
  let known: Directory | undefined;
  /** A page may go out for as long as its reader takes it. */
  const isOut = (): boolean => {
    if (caller.expiresAt !== null && Date.now() >= caller.expiresAt) return true;
    const today = directory.current();
    if (today === known) return false;
    known = today;
    return hasChanged(caller.reader, today);
  };
  /** What is on the page and has not gone out: meanwhile it may have been taken back, given to fewer, or the reader be out. */
  let held: EventHead[] = [];
  const checkHeld = (): void => {
    const isStill = (head: EventHead): boolean => canRead(caller.reader, head, directory.current(), threads);
    if (isOut() || !held.every(isStill)) throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
    held = [];
  };
  const page = createWriter(req, res, checkHeld);
  /** Behind the page, once it is whole. */
  let place: Offsets | undefined;

  await catchUp.run(copyOffsets(start.position), {
    event(event, position) {
      if (res.destroyed || res.writableEnded || isOut()) return false;
      const shown = shownOf(event, wanted, { directory: directory.current(), threads });
      if (shown === undefined) return true;
      if (shown.type === 'event') {
        const { head } = shown.content;
        if (!deliveries.tell(caller.reader, head))
          throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
        held.push(head);
      }
      if (page.add(itemOf(shown)) < limit) return true;
      place = copyOffsets(position);
      return false;
    },
    gap: () => {
      gap ??= 'expired';
    },
    full: () => res.writableLength > maxBufferedBytes,
    ready: () => drained(res, context.stalledAfterMs),
    live: (position) => {
      place = copyOffsets(position);
    },
  });
  if (res.writableEnded) return;
  // The reader has gone, takes nothing, or may not any more: a page that is cut off must not look whole.
  if (place === undefined) res.destroy();
  else page.end(cursors.encode({ clusterId: feed.clusterId, offsets: place }), gap);
}

/** In the place of an event that he has lost sight of, a reader of pages finds its address alone. */
function itemOf(shown: Shown): string {
  return shown.type === 'event' ? shown.content.json : JSON.stringify({ withdrawn: shown.address });
}

/**
 * Holds a small page, so that it has a length and an error a status; a large one it sends as it comes.
 *
 * @param onTake called before what is held goes out
 */
function createWriter(req: IncomingMessage, res: ServerResponse, onTake: () => void) {
  const asLines = (req.headers.accept ?? '').includes('application/x-ndjson');
  let held: string[] = asLines ? [] : ['{"items":['];
  let chars = 0;
  let count = 0;

  const take = (): string => {
    onTake();
    const text = held.join('');
    held = [];
    chars = 0;
    return text;
  };
  const writeHead = (headers: Record<string, number>): void => {
    res.writeHead(200, {
      ...sentAlways,
      'Content-Type': asLines ? 'application/x-ndjson' : 'application/json',
      'Cache-Control': 'private, no-store',
      ...headers,
    });
  };

  return {
    /** Returns how many there are. */
    add(json: string): number {
      if (!asLines && count > 0) held.push(',');
      held.push(json);
      if (asLines) held.push('\n');
      count += 1;
      chars += json.length;
      if (chars > maxHeldChars) {
        const text = take();
        if (!res.headersSent) writeHead({});
        res.write(text);
      }
      return count;
    },
    end(cursor: string, gap: GapReason | undefined): void {
      const tail = JSON.stringify(gap === undefined ? { cursor } : { cursor, gap: { reason: gap } });
      held.push(asLines ? `${tail}\n` : `],${tail.slice(1)}`);
      const text = take();
      if (!res.headersSent) writeHead({ 'Content-Length': Buffer.byteLength(text) });
      res.end(text);
    },
  };
}

function limitOf(text: string | null): number {
  if (text === null) return defaultLimit;
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= maxLimit) return limit;
  throw new ProblemError('bad-request', { violations: [violationOf('limit', 'limit')] });
}
