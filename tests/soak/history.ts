/** What the clients of a soak write down, each on its own, and what the checker judges. Times: milliseconds of one clock. */

/** An event of one agency, as `<agency>/<id>`. */
export type EventKey = string;

export type PublisherNote = { readonly at: number; readonly event: EventKey } & (
  | { readonly what: 'invoked'; readonly lane: string }
  | { readonly what: 'acknowledged'; readonly receipt: string }
  | { readonly what: 'refused'; readonly status: number }
  /** Answered 503, cut off or not answered in time: kept or not, nobody has said. */
  | { readonly what: 'open'; readonly reason: string }
);

export type ReaderNote = { readonly at: number } & (
  | { readonly what: 'connected'; readonly cursor: string | undefined }
  /** An event; a page has one cursor behind all of its events, which is noted after them. */
  | { readonly what: 'seen'; readonly event: EventKey; readonly cursor: string | undefined }
  | { readonly what: 'cursor'; readonly cursor: string }
  | { readonly what: 'gap'; readonly reason: string }
);

export interface ReaderHistory {
  readonly reader: string;
  /** The library is asked for each event by its address: what it shows has no order. */
  readonly way: 'stream' | 'pager' | 'library';
  readonly notes: readonly ReaderNote[];
}

export interface Histories {
  readonly publishers: readonly (readonly PublisherNote[])[];
  /** All are entitled to every event. */
  readonly readers: readonly ReaderHistory[];
}
