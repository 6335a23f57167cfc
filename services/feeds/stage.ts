/** What the unit tests of the feeds stand on: events without a log behind them, and responses with a reader on the other end. */
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { catalogue, type EventHead, type Facets, noFacets } from '@puebla/schemas';
import type { FeedContent, FeedEvent } from './event.ts';

/** An event, and its id for the test to go by. */
export interface StagedEvent extends FeedEvent {
  readonly id: string;
}

/** An event as the feed would have read it; public, by mx-fgr, unless told otherwise. */
export function eventAt(
  lane: { topic: string; partition: number; offset: number },
  about: { head?: Partial<EventHead>; facets?: Partial<Facets>; accepted?: number; padding?: number } = {},
): StagedEvent {
  const [kind] = catalogue.filter(({ topic }) => topic === lane.topic);
  if (kind === undefined) throw new Error(`no kind for ${lane.topic}`);
  const head: EventHead = {
    id: `${lane.partition}-${lane.offset}`,
    agency: 'mx-fgr',
    participant: 'MX',
    kind: kind.name,
    time: '2026-01-01T00:00:00.000Z',
    tlp: 'CLEAR',
    ...about.head,
  };
  const json = JSON.stringify({ id: head.id, padding: '.'.repeat(about.padding ?? 0) });
  const content: FeedContent = { head, facets: { ...noFacets, ...about.facets }, json };
  let erased = false;
  return {
    ...lane,
    id: head.id,
    accepted: about.accepted ?? 0,
    get size() {
      return erased ? 0 : json.length;
    },
    content: () => (erased ? undefined : content),
    identity: () => (erased ? undefined : `${head.agency}/${head.id}`),
    erase() {
      erased = true;
    },
    change: () => undefined,
  };
}

/** A response that is under way. */
export interface OpenResponse {
  readonly res: ServerResponse;
  /** What its reader has got. */
  text(): string;
  /** Waits until the reader has got this many bytes in all. */
  untilBytes(count: number): Promise<void>;
  pause(): void;
  resume(): void;
}

export interface Responses {
  open(): Promise<OpenResponse>;
  close(): Promise<void>;
}

/** A server of nothing but open responses, each with a client that reads it. */
export async function startResponses(): Promise<Responses> {
  const server = createServer((_req, res) => {
    res.useChunkedEncodingByDefault = false;
    res.writeHead(200, { Connection: 'close' });
    res.flushHeaders();
    server.emit('opened', res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    async open() {
      const opened = once(server, 'opened');
      const [incoming]: IncomingMessage[] = await once(
        get({ port, host: '127.0.0.1', agent: false }),
        'response',
      );
      const [res]: ServerResponse[] = await opened;
      if (incoming === undefined || res === undefined) throw new Error('no response');
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      return {
        res,
        text: () => text,
        async untilBytes(count) {
          while (Buffer.byteLength(text) < count) await once(incoming, 'data');
        },
        pause: () => incoming.pause(),
        resume: () => incoming.resume(),
      };
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
