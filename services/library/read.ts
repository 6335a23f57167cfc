import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Codec,
  type CurrentDirectory,
  ends,
  type Kafka,
  type Offsets,
  offsetOf,
  ProblemError,
} from '@puebla/kit';
import {
  canRead,
  type HandledEvent,
  idPattern,
  type Office,
  participantOfAgency,
  type Reader,
  type Tlp,
} from '@puebla/schemas';
import type pg from 'pg';
import { shareCall } from './shared-call.ts';
import { jsonOf, type StoredEvent } from './stored-event.ts';
import { type ViewState, viewState } from './view.ts';

/** An event as the reader gets it: a structured CloudEvent in JSON. */
export interface FoundEvent {
  readonly tlp: Tlp;
  readonly json: string;
}

/** A read that misses waits no longer than this for what had been accepted when it came. */
const maxWaitMs = 2_000;
const pollMs = 15;

/** What the policy decides by. */
interface HandlingRow {
  readonly tlp: Tlp;
  readonly readers: string | null;
  readonly sponsor: string | null;
  readonly office: Office | null;
}

type HeadRow = Pick<ViewState, 'epoch' | 'whole'> & (HandlingRow | { readonly tlp: null });
type EventRow = StoredEvent & HandlingRow;

const handling = 'tlp, readers, sponsor, office';

const selectHead = `
select epoch, whole, ${handling}
from library.view left join library.events on agency = $1 and id = $2`;

const selectEvent = `
select ${handling}, topic, partition, accepted, record from library.events where agency = $1 and id = $2`;

/**
 * Finds events by their address. Hidden and absent are told apart only after the same steps have been taken for both,
 * and never to the reader: the policy is asked before any body leaves the database.
 */
export function createReads(options: {
  readonly database: pg.Pool;
  readonly kafka: Kafka;
  readonly codec: Codec;
  readonly directory: CurrentDirectory;
  readonly topics: readonly string[];
}): (reader: Reader, agency: string, id: string) => Promise<FoundEvent> {
  const { database, kafka, codec, directory, topics } = options;
  const mayRead = (reader: Reader, agency: string, row: HandlingRow): boolean =>
    canRead(reader, handled(agency, row), directory.current());
  const accepted = shareCall(() => ends(kafka, topics));
  const progress = shareCall(() => viewState(database));

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
    if (view.tlp === null || !mayRead(reader, agency, view)) return { view, event: undefined };
    const events = await database.query<EventRow>({
      name: 'library-event',
      text: selectEvent,
      values: [agency, id],
    });
    const [row] = events.rows;
    if (row === undefined || !mayRead(reader, agency, row)) return { view, event: undefined };
    return { view, event: { tlp: row.tlp, json: await jsonOf(codec, row) } };
  };

  /** Waits until all that the lane held when called is applied; then the event is there, or there is none. */
  const catchUp = async (lane: number): Promise<ViewState> => {
    const deadline = Date.now() + maxWaitMs;
    const target = await accepted();
    while (Date.now() < deadline) {
      const state = await progress();
      if (!state.whole) throw rebuilding();
      if (topics.every((topic) => isApplied(state.applied, target, topic, lane))) return state;
      await sleep(pollMs);
    }
    throw behind();
  };

  const read = async (reader: Reader, agency: string, id: string): Promise<FoundEvent> => {
    const lane = participantOfAgency(agency)?.lane;
    if (lane === undefined || !idPattern.test(id)) throw notFound();
    const first = await lookUp(reader, agency, id);
    if (first.event !== undefined) return first.event;
    if (!first.view.whole) throw rebuilding();
    const state = await within(maxWaitMs, catchUp(lane));
    const last = await lookUp(reader, agency, id);
    if (last.event !== undefined) return last.event;
    // Emptied in between: what was applied a moment ago says nothing of what is there now.
    if (!last.view.whole || last.view.epoch !== state.epoch) throw rebuilding();
    throw notFound();
  };

  return async (reader, agency, id) => {
    try {
      return await read(reader, agency, id);
    } catch (error) {
      // The database, or the broker: neither "it exists" nor "it does not" can be said now.
      throw error instanceof ProblemError ? error : behind(error);
    }
  };
}

function handled(agency: string, { tlp, readers, sponsor, office }: HandlingRow): HandledEvent {
  return {
    agency,
    tlp,
    ...(readers === null ? {} : { readers }),
    ...(sponsor === null ? {} : { sponsor }),
    ...(office === null ? {} : { office }),
  };
}

function isApplied(applied: Offsets, target: Offsets, topic: string, partition: number): boolean {
  return offsetOf(applied, { topic, partition }) >= offsetOf(target, { topic, partition });
}

/** @throws ProblemError when it has taken longer */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const bound = Promise.withResolvers<never>();
  const timer = setTimeout(() => bound.reject(behind()), ms);
  promise.catch(() => {});
  return Promise.race([promise, bound.promise]).finally(() => clearTimeout(timer));
}

const notFound = (): ProblemError => new ProblemError('not-found');

const behind = (cause?: unknown): ProblemError => {
  const problem = new ProblemError('unavailable', { retryAfterSeconds: 1, members: { reason: 'behind' } });
  problem.cause = cause;
  return problem;
};

const rebuilding = (): ProblemError =>
  new ProblemError('unavailable', { retryAfterSeconds: 2, members: { reason: 'rebuilding' } });
