import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerError, copyOffsets, type Handler, type MutableOffsets, ProblemError } from '@puebla/kit';
import { readQuery } from './query.ts';
import { type GapReason, startOf } from './start.ts';
import type { StreamContext } from './stream.ts';
import { shown } from './subscribers.ts';

const defaultLimit = 100;
const maxLimit = 1_000;

/** `GET /v1/events`: one page as JSON, or as lines when `application/x-ndjson` is asked for. Short only at its end. */
export function createPage(context: StreamContext): Handler {
  return (req, res) => {
    serve(context, req, res).catch((error: unknown) => answerError(error, res, context.log, context.metrics));
  };
}

async function serve(context: StreamContext, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { feed, kafka, cursors, verifier, catchUp } = context;
  const query = await readQuery(verifier, req, ['limit']);
  const limit = limitOf(query.params.get('limit'));
  const ends = await feed.caughtUp();
  const start = await startOf({ ...query, feed, kafka, cursors, otherwise: 'earliest', ends });
  const items: string[] = [];
  let gap: GapReason | undefined = start.gap;
  let place: MutableOffsets = start.position;
  const { filter, caller } = query;

  await catchUp.run(copyOffsets(start.position), {
    event(event, position) {
      if (res.destroyed) return false;
      const content = shown(event, filter, caller.reader);
      if (content !== undefined) items.push(content.json);
      if (items.length < limit) return true;
      place = copyOffsets(position);
      return false;
    },
    gap: () => {
      gap ??= 'expired';
    },
    ready: async () => !res.destroyed,
    live: (position) => {
      place = copyOffsets(position);
    },
  });
  const cursor = cursors.encode({ clusterId: feed.clusterId, offsets: place });
  send(req, res, items, cursor, gap);
}

function send(
  req: IncomingMessage,
  res: ServerResponse,
  items: readonly string[],
  cursor: string,
  gap: GapReason | undefined,
): void {
  const asLines = (req.headers.accept ?? '').includes('application/x-ndjson');
  const tail = JSON.stringify(gap === undefined ? { cursor } : { cursor, gap: { reason: gap } });
  const body = asLines
    ? `${[...items, tail].join('\n')}\n`
    : `{"items":[${items.join(',')}],${tail.slice(1)}`;
  res.writeHead(200, {
    'Content-Type': asLines ? 'application/x-ndjson' : 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'private, no-store',
  });
  res.end(body);
}

function limitOf(text: string | null): number {
  if (text === null) return defaultLimit;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return limit;
  throw new ProblemError('bad-request', {
    violations: [{ pointer: '/limit', rule: 'limit', message: `a whole number from 1 to ${maxLimit}` }],
  });
}
