import type { Codec, CurrentDirectory, KnownThreads } from '@puebla/kit';
import {
  type AskingEvent,
  addressOf,
  askedToAcknowledge,
  canRead,
  type HandledEvent,
  handlingOf,
  type Identified,
  idPattern,
  isOwner,
  type KindName,
  kindOfTopic,
  newerThan,
  participantOfAgency,
  type Reader,
} from '@puebla/schemas';
import type pg from 'pg';
import { readWhole } from './catch-up.ts';
import {
  type AskingRow,
  askingColumns,
  askingEvent,
  type HandlingRow,
  handledEvent,
  handlingColumns,
} from './handling-row.ts';
import type { OpenedEvent } from './opened.ts';
import { behind, notFound, rebuilding, unlessTold } from './problems.ts';
import { jsonOf, type StoredEvent } from './stored-event.ts';
import type { ViewState } from './view.ts';

/** An event as the reader gets it: a structured CloudEvent in JSON. */
export interface FoundEvent extends OpenedEvent {
  readonly json: string;
  /** Whether the reader may have it still: to be asked again before it goes out. */
  readonly mayShow: () => boolean;
}

/** The events of a thread that the reader may have, in lane order. */
export interface FoundThread {
  /** `<agency>/<id>` of its first event. */
  readonly name: string;
  /** Of its first event. */
  readonly kind: string;
  readonly events: readonly FoundEvent[];
}

export interface Reads {
  /**
   * Finds an event by its address. Hidden and absent are told apart only after the same steps have been taken for both, and never to the
   * reader: the policy is asked before any body leaves the database. Rejects with ProblemError: not-found, unavailable.
   */
  event(reader: Reader, agency: string, id: string): Promise<FoundEvent>;
  /** The thread of an event that the reader may have, as it stands when asked. Rejects as `event` does. */
  thread(reader: Reader, agency: string, id: string): Promise<FoundThread>;
  /** What is decided by of an event that the reader owns (`isOwner`) and may read; of any other rejects as `event` does for what is absent. */
  owned(reader: Reader, agency: string, id: string): Promise<HandledEvent>;
  /** The same of an event that the reader owns, or that asks him to acknowledge it. */
  asking(reader: Reader, agency: string, id: string): Promise<AskingEvent>;
  /**
   * How an event is handled, by the version that stands, to its owner and to the Secretariat, who may take it back without reading it; also of one that was taken
   * back. To anybody else as `event` does for what is absent.
   */
  handling(reader: Reader, agency: string, id: string): Promise<Handling>;
}

/** An event without what it says. */
export interface Handling {
  /** The kind of its thread. */
  readonly kind: KindName;
  readonly event: HandledEvent & Identified;
}

type HeadRow = Pick<ViewState, 'epoch' | 'whole'> &
  ((AskingRow & { readonly topic: string }) | { readonly tlp: null });
type EventRow = StoredEvent & HandlingRow;

/** What of an event is there for a reader, and the view in which it was looked up. */
interface LookedUp<T> {
  readonly view: HeadRow;
  readonly found?: T;
}

const selectHead = `
select epoch, whole, ${askingColumns}, topic
from library.view left join library.events on agency = $1 and id = $2`;

const columns = `${handlingColumns}, topic, partition, accepted, record`;
const selectEvent = `select ${columns} from library.events where agency = $1 and id = $2`;

/** Of more events than this a thread is cut off; steps of one case are some ten. */
const maxThreadEvents = 1_000;
const selectThread = `
with named as (select coalesce(thread, agency || '/' || id) as name from library.events where agency = $1 and id = $2)
select ${columns} from named, library.events
where thread = name or (agency = split_part(name, '/', 1) and id = split_part(name, '/', 2))
order by "offset" limit ${maxThreadEvents}`;

/**
 * @param threadsKnown waits until what had been taken back is known
 * @param catchUp waits until that is known, and what had been accepted is in the view
 */
export function createReads(options: {
  readonly database: pg.Pool;
  readonly codec: Codec;
  readonly directory: CurrentDirectory;
  readonly threads: KnownThreads;
  readonly threadsKnown: () => Promise<void>;
  readonly catchUp: () => Promise<ViewState>;
}): Reads {
  const { database, codec, directory, threads, threadsKnown, catchUp } = options;
  const mayRead = (reader: Reader, row: HandlingRow): boolean =>
    canRead(reader, handledEvent(row), directory.current(), threads);

  const headOf = async (agency: string, id: string): Promise<HeadRow> => {
    const heads = await database.query<HeadRow>({
      name: 'library-head',
      text: selectHead,
      values: [agency, id],
    });
    const [view] = heads.rows;
    if (view === undefined) throw behind();
    return view;
  };
  const lookUp = async (reader: Reader, agency: string, id: string): Promise<LookedUp<FoundEvent>> => {
    const view = await headOf(agency, id);
    if (view.tlp === null || !mayRead(reader, view)) return { view };
    const events = await database.query<EventRow>({
      name: 'library-event',
      text: selectEvent,
      values: [agency, id],
    });
    const [row] = events.rows;
    if (row === undefined || !mayRead(reader, row)) return { view };
    return { view, found: await found(reader, row) };
  };
  const found = async (reader: Reader, row: EventRow): Promise<FoundEvent> => ({
    agency: row.agency,
    id: row.id,
    kind: row.kind,
    tlp: row.tlp,
    json: await jsonOf(codec, row),
    mayShow: () => mayRead(reader, row),
  });

  /** What was looked up, if need be once more when all that had been accepted is there. */
  const settled = async <T>(look: () => Promise<LookedUp<T>>): Promise<T> => {
    await threadsKnown();
    const first = await look();
    if (first.found !== undefined) return first.found;
    if (!first.view.whole) throw rebuilding();
    const state = await catchUp();
    const last = await look();
    if (last.found !== undefined) return last.found;
    // Emptied in between: what was applied a moment ago says nothing of what is there now.
    if (!last.view.whole || last.view.epoch !== state.epoch) throw rebuilding();
    throw notFound();
  };

  const event = async (reader: Reader, agency: string, id: string): Promise<FoundEvent> => {
    mustBeAddress(agency, id);
    return settled(() => lookUp(reader, agency, id));
  };

  /** What is decided by of an event that the reader may read, and about which he may ask. */
  const headFor = async (
    reader: Reader,
    agency: string,
    id: string,
    mayAsk: (event: AskingEvent) => boolean,
  ): Promise<AskingEvent> => {
    mustBeAddress(agency, id);
    return settled(async () => {
      const view = await headOf(agency, id);
      if (view.tlp === null || !mayRead(reader, view)) return { view };
      const head = askingEvent(view);
      return mayAsk(head) ? { view, found: head } : { view };
    });
  };
  const owned = (reader: Reader, agency: string, id: string): Promise<HandledEvent> =>
    headFor(reader, agency, id, (event) => isOwner(reader, event, directory.current()));
  const asking = (reader: Reader, agency: string, id: string): Promise<AskingEvent> =>
    headFor(reader, agency, id, (event) => {
      const today = directory.current();
      if (!reader.signedIn) return false;
      if (isOwner(reader, event, today)) return true;
      return askedToAcknowledge(event, today, threads).some(({ agencies }) =>
        agencies.includes(reader.agency),
      );
    });

  const mayTakeBack = (reader: Reader, event: HandledEvent): boolean => {
    const today = directory.current();
    if (isOwner(reader, event, today)) return true;
    return reader.signedIn && today.offices.get('SECRETARIAT') === reader.agency;
  };
  const handling = async (reader: Reader, agency: string, id: string): Promise<Handling> => {
    mustBeAddress(agency, id);
    return settled(async () => {
      const view = await headOf(agency, id);
      const found = view.tlp === null ? takenBack(agency, id) : standing(handlingIn(view));
      return found !== undefined && mayTakeBack(reader, found.event) ? { view, found } : { view };
    });
  };
  /** A thread is taken back from those who may read the version that stands. */
  const standing = ({ kind, event }: Handling): Handling => {
    const newer = newerThan(event, threads);
    if (newer === undefined) return { kind, event };
    const { readers: _before, ...same } = event;
    const { tlp, readers } = newer;
    return { kind, event: { ...same, tlp, ...(readers !== undefined && { readers }) } };
  };
  /** Who takes it back again was not told that he had: its rows are gone. */
  const takenBack = (agency: string, id: string): Handling | undefined => {
    const recalled = threads.recalledAs.get(addressOf(agency, id));
    if (recalled === undefined) return undefined;
    const { kind } = recalled;
    return { kind, event: { ...handlingOf({ ...recalled, agency }), id, kind } };
  };

  const thread = async (reader: Reader, agency: string, id: string): Promise<FoundThread> => {
    mustBeAddress(agency, id);
    const rows = await readWhole(database, catchUp, async () => {
      const { found: asked } = await lookUp(reader, agency, id);
      if (asked === undefined) return [];
      const query = { name: 'library-thread', text: selectThread, values: [agency, id] };
      return (await database.query<EventRow>(query)).rows;
    });
    const shown = rows.filter((row) => mayRead(reader, row));
    if (!shown.some((row) => row.agency === agency && row.id === id)) throw notFound();
    // Named by the first that the reader may have: the name of a hidden one would say that it exists.
    const first = shown[0];
    const name = first === undefined ? `${agency}/${id}` : `${first.agency}/${first.id}`;
    const kind = kindOfTopic(first?.topic ?? '')?.name ?? '';
    return { name, kind, events: await Promise.all(shown.map((row) => found(reader, row))) };
  };

  return {
    event: (...asked) => event(...asked).catch(unlessTold),
    thread: (...asked) => thread(...asked).catch(unlessTold),
    owned: (...asked) => owned(...asked).catch(unlessTold),
    handling: (...asked) => handling(...asked).catch(unlessTold),
    asking: (...asked) => asking(...asked).catch(unlessTold),
  };
}

function handlingIn(row: HandlingRow & { readonly topic: string }): Handling {
  return { kind: kindOfTopic(row.topic)?.name ?? row.kind, event: handledEvent(row) };
}

/** Throws ProblemError not-found for what is none. */
function mustBeAddress(agency: string, id: string): void {
  if (participantOfAgency(agency) === undefined || !idPattern.test(id)) throw notFound();
}
