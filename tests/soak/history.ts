import type { World } from './world.ts';

/**
 * What the clients of a soak write down, each on its own, and what the checker judges. Times: milliseconds of one clock. Cursors: by a
 * short hash.
 */

/** An event of one agency, as `<agency>/<id>`. */
export type EventKey = string;

/** How its publisher marks an event, and for whom it is. */
export interface Marking {
  readonly tlp: string;
  /** Names with commas between, as sent. */
  readonly audience?: string;
}

/** How an event is marked for those who see it. */
export interface Stamp {
  readonly tlp: string;
  readonly readers?: string;
  readonly office?: string;
  readonly sponsor?: string;
}

/** What an event does to one that is there already. */
export interface Sequel {
  readonly what: 'version' | 'acknowledgement' | 'recall';
  /** The event that it names. */
  readonly of: EventKey;
  /** The first event of the thread. */
  readonly thread: EventKey;
}

export type PublisherNote = { readonly at: number; readonly event: EventKey } & (
  | {
      readonly what: 'invoked';
      readonly lane: string;
      /** Of an answer: what the rules mark it with. It is not sent. */
      readonly marking: Marking;
      readonly sequel?: Sequel;
      /** Who gives it its second signature, `<agency>/<person>`, and who has sent it. */
      readonly signer?: string;
      readonly author?: string;
      /** Of a step: the one that it follows. */
      readonly follows?: EventKey;
      /** It asks to be acknowledged by then; later it is not taken. */
      readonly dueAt?: number;
      /** Against the contract on purpose. */
      readonly broken?: boolean;
    }
  | {
      readonly what: 'acknowledged';
      readonly receipt: string;
      /** A step that does not count, as its sender was told. */
      readonly isVoid?: boolean;
    }
  | { readonly what: 'refused'; readonly status: number }
  /** Answered 503, cut off or not answered in time: kept or not, nobody has said. */
  | { readonly what: 'open'; readonly reason: string }
);

export type ReaderNote = { readonly at: number } & (
  | { readonly what: 'connected'; readonly cursor: string | undefined }
  /** The stream is over, for whatever reason. */
  | { readonly what: 'closed' }
  /** An event; a page has one cursor behind all of its events, which is noted after them. */
  | {
      readonly what: 'seen';
      readonly event: EventKey;
      readonly cursor: string | undefined;
      readonly stamp: Stamp;
    }
  /** What it had, or might have had, it has no more. */
  | { readonly what: 'withdrawn'; readonly event: EventKey; readonly cursor: string | undefined }
  /** The library was asked for it, and says that nothing is there. */
  | { readonly what: 'absent'; readonly event: EventKey }
  | { readonly what: 'cursor'; readonly cursor: string }
  | { readonly what: 'gap'; readonly reason: string }
);

export interface ReaderHistory {
  readonly reader: string;
  /** The agency that it reads for, or a person of it, `<agency>/<person>`; undefined for who is not signed in. */
  readonly as: string | undefined;
  /** The library is asked for events by their addresses: what it shows has no order. */
  readonly way: 'stream' | 'pager' | 'library';
  /** It asks for the versions too that have a newer one. */
  readonly history: boolean;
  readonly notes: readonly ReaderNote[];
}

/** What the library was asked while all went on, and said. */
export interface Look {
  readonly as: string | undefined;
  readonly event: EventKey;
  readonly askedAt: number;
  readonly at: number;
  /** Undefined: nothing is there. */
  readonly stamp: Stamp | undefined;
}

/** A thread as the library lists it; nothing of it where the event that was asked for is not there. */
export interface ThreadSight {
  readonly as: string | undefined;
  /** That it was asked for by. */
  readonly event: EventKey;
  readonly askedAt: number;
  readonly at: number;
  readonly items: readonly { readonly event: EventKey; readonly stamp: Stamp }[];
}

/** Who is asked to acknowledge an event, as its owner is told. */
export interface AskedLook {
  readonly event: EventKey;
  readonly askedAt: number;
  readonly at: number;
  /** Until when; undefined where it asks nobody. */
  readonly dueAt: number | undefined;
  readonly lines: readonly {
    readonly participant: string;
    readonly agencies: readonly string[];
    readonly asked: boolean;
    readonly overdue: boolean;
    readonly answers: readonly EventKey[];
  }[];
}

/** What becomes of the directory. */
export type Change =
  | {
      readonly what: 'agency';
      readonly agency: string;
      readonly participant: string;
      readonly begins: boolean;
    }
  | { readonly what: 'group'; readonly group: string; readonly participant: string; readonly joins: boolean }
  | { readonly what: 'status'; readonly participant: string; readonly status: string }
  | { readonly what: 'office'; readonly office: string; readonly agency: string }
  /** Of a person, `<agency>/<person>`. */
  | { readonly what: 'clearance'; readonly person: string; readonly begins: boolean }
  | {
      readonly what: 'sponsorship';
      readonly sponsor: string;
      readonly sponsored: string;
      readonly begins: boolean;
    };

/** A change, from when it was first asked for to when it was answered, one after the other. */
export interface DirectoryNote {
  readonly change: Change;
  readonly askedAt: number;
  /** Never, when it was not answered before the end. */
  readonly doneAt: number;
}

/** A change asked for by who had handed his office over. */
export interface Intrusion {
  readonly at: number;
  readonly by: string;
  readonly status: number;
}

export interface DirectoryHistory {
  readonly begins: World;
  readonly notes: readonly DirectoryNote[];
  readonly intrusions: readonly Intrusion[];
}

/** From when a fault began until the exchange was ready again. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  /** From the end of the fault. */
  readonly readyMs: number;
}

export interface Histories {
  readonly publishers: readonly (readonly PublisherNote[])[];
  readonly readers: readonly ReaderHistory[];
  readonly looks: readonly Look[];
  readonly threads: readonly ThreadSight[];
  readonly asked: readonly AskedLook[];
  readonly directory: DirectoryHistory;
  readonly outages: readonly Outage[];
}
