import { type CursorCodec, createCursorCodec, cursorKey, type Offsets, reached } from '@puebla/kit';
import type { TestExchange } from '../exchange.ts';
import { openStream, type StreamClient } from '../stream-client.ts';

/** Events as a reader tells them apart: `<agency>/<id>`. */
export type Address = string;

export interface Asked {
  readonly token?: string | undefined;
  /** Of the filter language, beginning with `?`, or nothing. */
  readonly query?: string;
}

/** A way out of the feeds: opened before something is published, asked afterwards what of it was shown, in order. */
export interface WayOut {
  readonly name: string;
  open(exchange: TestExchange, asked: Asked): Promise<(published: Offsets) => Promise<Address[]>>;
}

/** Every way out that takes a filter. A new one is a line here, and is held to all that these are held to. */
export const feeds: readonly WayOut[] = [
  { name: 'stream, live', open: live },
  { name: 'stream, from history', open: fromHistory },
  { name: 'pages in JSON', open: (exchange, asked) => paged(exchange, asked, 'application/json') },
  { name: 'pages in lines', open: (exchange, asked) => paged(exchange, asked, 'application/x-ndjson') },
];

async function live(exchange: TestExchange, { token, query = '' }: Asked) {
  const stream = await openStream(exchange.url, { token, query });
  await untilPlaced(stream);
  return async (published: Offsets) => {
    await untilReached(exchange, stream, published);
    return addressesOf(stream);
  };
}

async function fromHistory(exchange: TestExchange, { token, query = '' }: Asked) {
  const lastEventId = await cursorNow(exchange);
  return async (published: Offsets) => {
    const stream = await openStream(exchange.url, { token, query, lastEventId });
    await untilReached(exchange, stream, published);
    return addressesOf(stream);
  };
}

async function paged(exchange: TestExchange, { token, query = '' }: Asked, accept: string) {
  let cursor = await cursorNow(exchange);
  return async () => {
    const addresses: Address[] = [];
    for (let isLast = false; !isLast; ) {
      const page = await pageOf(exchange, { token, query, cursor, limit: 25, accept });
      addresses.push(...page.items.map(addressOfItem));
      cursor = page.cursor;
      isLast = page.length < 25;
    }
    return addresses;
  };
}

export interface Item {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly recordedtime: string;
  readonly data: Record<string, unknown>;
}

export interface Page {
  readonly items: readonly Item[];
  /** Addresses of what the reader could read there and cannot any more; not among the items here. */
  readonly withdrawn: readonly string[];
  /** How many items of both kinds it had. */
  readonly length: number;
  readonly cursor: string;
  readonly gap?: { readonly reason: string };
}

/** One page, read as the reader who asked for JSON or for lines reads it. */
export async function pageOf(
  exchange: { readonly url: string },
  asked: Asked & { cursor?: string; limit?: number; accept?: string },
): Promise<Page> {
  const { token, query = '', cursor, limit, accept = 'application/json' } = asked;
  const params = new URLSearchParams(query);
  if (cursor !== undefined) params.set('cursor', cursor);
  if (limit !== undefined) params.set('limit', String(limit));
  const answer = await fetch(`${exchange.url}/v1/events?${params}`, { headers: headersOf(token, accept) });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
  if (answer.headers.get('content-type') !== accept) throw new Error(`${answer.headers.get('content-type')}`);
  if (accept === 'application/json') return toPage(JSON.parse(text));
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return toPage({ items: lines.slice(0, -1), ...lines.at(-1) });
}

type Shown = Item | { readonly withdrawn: string };

function toPage({
  items,
  ...rest
}: Omit<Page, 'items' | 'withdrawn' | 'length'> & { readonly items: readonly Shown[] }): Page {
  return {
    ...rest,
    items: items.flatMap((item) => ('withdrawn' in item ? [] : [item])),
    withdrawn: items.flatMap((item) => ('withdrawn' in item ? [item.withdrawn] : [])),
    length: items.length,
  };
}

export function headersOf(token: string | undefined, accept = 'application/json'): Record<string, string> {
  return { Accept: accept, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
}

/** A cursor behind everything that was accepted before. */
export async function cursorNow(exchange: { readonly url: string }): Promise<string> {
  const stream = await openStream(exchange.url);
  await untilPlaced(stream);
  stream.close();
  return stream.lastId() ?? '';
}

/** The first frame carries a place: from then on nothing is missed. */
export function untilPlaced(stream: StreamClient): Promise<void> {
  return stream.until(() => stream.lastId() !== undefined);
}

export async function codecOf(exchange: { readonly home: string }): Promise<CursorCodec> {
  return createCursorCodec(await cursorKey(exchange.home));
}

/** Waits until all that was published has gone by, shown or not: a quiet stream tells its place. Ends the stream. */
async function untilReached(exchange: TestExchange, stream: StreamClient, published: Offsets): Promise<void> {
  const codec = await codecOf(exchange);
  let known: string | undefined;
  let isThere = false;
  await stream.until(() => {
    const id = stream.lastId();
    if (id !== known) isThere = reached(codec.decode(id ?? '')?.offsets ?? {}, published);
    known = id;
    return isThere;
  });
  stream.close();
}

export function addressesOf(stream: StreamClient): Address[] {
  return stream.events
    .filter(({ event }) => event === 'message')
    .map(({ data }) => addressOfItem(data as Item));
}

export function addressOfItem({ source, id }: Pick<Item, 'source' | 'id'>): Address {
  return `${source}/${id}`;
}
