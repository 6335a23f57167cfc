import { type Codec, type CurrentDirectory, ProblemError } from '@puebla/kit';
import { canRead, idPattern, participantOfAgency, type Reader, type Tlp } from '@puebla/schemas';
import type pg from 'pg';
import { type HandlingRow, handledEvent, handlingColumns } from './handling-row.ts';
import { behind, notFound, rebuilding } from './problems.ts';
import { jsonOf, type StoredEvent } from './stored-event.ts';
import type { ViewState } from './view.ts';

/** An event as the reader gets it: a structured CloudEvent in JSON. */
export interface FoundEvent {
  readonly tlp: Tlp;
  readonly json: string;
}

/** The events of a thread that the reader may have, in lane order. */
export interface FoundThread {
  /** `<agency>/<id>` of its first event. */
  readonly name: string;
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
}

type HeadRow = Pick<ViewState, 'epoch' | 'whole'> & (HandlingRow | { readonly tlp: null });
type EventRow = StoredEvent & HandlingRow;

const selectHead = `
select epoch, whole, ${handlingColumns}
from library.view left join library.events on agency = $1 and id = $2`;

const columns = `${handlingColumns}, topic, partition, accepted, record`;
const selectEvent = `select ${columns} from library.events where agency = $1 and id = $2`;

/** Of more events than this a thread is cut off; steps of one case are some ten. */
const maxThreadEvents = 1_000;
const selectThread = `
with named as (select coalesce(thread, agency || '/' || id) as name from library.events where agency = $1 and id = $2)
select id, ${columns} from named, library.events
where thread = name or (agency = split_part(name, '/', 1) and id = split_part(name, '/', 2))
order by "offset" limit ${maxThreadEvents}`;

/** @param catchUp waits until what had been accepted of a lane's participant is in the view */
export function createReads(options: {
  readonly database: pg.Pool;
  readonly codec: Codec;
  readonly directory: CurrentDirectory;
  readonly catchUp: (lane: number) => Promise<ViewState>;
}): Reads {
  const { database, codec, directory, catchUp } = options;
  const mayRead = (reader: Reader, row: HandlingRow): boolean =>
    canRead(reader, handledEvent(row), directory.current());

  const lookUp = async (
    reader: Reader,
    agency: string,
    id: string,
  ): Promise<{ view: HeadRow; event: FoundEvent | undefined }> => {
    const heads = await database.query<HeadRow>({
      name: 'library-head',
      text: selectHead,
      values: [agency, id],
    });
    const [view] = heads.rows;
    if (view === undefined) throw behind();
    if (view.tlp === null || !mayRead(reader, view)) return { view, event: undefined };
    const events = await database.query<EventRow>({
      name: 'library-event',
      text: selectEvent,
      values: [agency, id],
    });
    const [row] = events.rows;
    if (row === undefined || !mayRead(reader, row)) return { view, event: undefined };
    return { view, event: await found(row) };
  };
  const found = async (row: EventRow): Promise<FoundEvent> => ({
    tlp: row.tlp,
    json: await jsonOf(codec, row),
  });

  const event = async (reader: Reader, agency: string, id: string): Promise<FoundEvent> => {
    const lane = laneOf(agency, id);
    const first = await lookUp(reader, agency, id);
    if (first.event !== undefined) return first.event;
    if (!first.view.whole) throw rebuilding();
    const state = await catchUp(lane);
    const last = await lookUp(reader, agency, id);
    if (last.event !== undefined) return last.event;
    // Emptied in between: what was applied a moment ago says nothing of what is there now.
    if (!last.view.whole || last.view.epoch !== state.epoch) throw rebuilding();
    throw notFound();
  };

  const thread = async (reader: Reader, agency: string, id: string): Promise<FoundThread> => {
    const state = await catchUp(laneOf(agency, id));
    const { view, event: asked } = await lookUp(reader, agency, id);
    if (!view.whole || view.epoch !== state.epoch) throw rebuilding();
    if (asked === undefined) throw notFound();
    const { rows } = await database.query<EventRow & { readonly id: string }>({
      name: 'library-thread',
      text: selectThread,
      values: [agency, id],
    });
    const shown = rows.filter((row) => mayRead(reader, row));
    // Named by the first that the reader may have: the name of a hidden one would say that it exists.
    const first = shown[0];
    const name = first === undefined ? `${agency}/${id}` : `${first.agency}/${first.id}`;
    return { name, events: await Promise.all(shown.map(found)) };
  };

  return {
    event: (...asked) => event(...asked).catch(unlessTold),
    thread: (...asked) => thread(...asked).catch(unlessTold),
  };
}

/** The lane of an address; throws ProblemError not-found for what is none. */
function laneOf(agency: string, id: string): number {
  const lane = participantOfAgency(agency)?.lane;
  if (lane === undefined || !idPattern.test(id)) throw notFound();
  return lane;
}

/** The database, or the broker: neither "it exists" nor "it does not" can be said now. */
function unlessTold(error: unknown): never {
  throw error instanceof ProblemError ? error : behind(error);
}
