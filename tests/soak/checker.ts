import type { EventKey, Histories, ReaderHistory } from './history.ts';
import { type Outcome, outcomesOf } from './outcomes.ts';

/** Stable: reports and tests name them. */
export type ViolationCode =
  /** An acknowledged event that no reader has seen. */
  | 'lost'
  /** An acknowledged event that others have seen, and this reader has not. */
  | 'silent-gap'
  /** A reader was told of a gap, in a run in which nothing expires. */
  | 'gap-without-reason'
  | 'seen-twice'
  /** Seen again after going on from a cursor behind it. */
  | 'seen-before-cursor'
  /** A reader went on from a cursor that is not the last it was given. */
  | 'resumed-elsewhere'
  /** Before an event of its lane that was acknowledged before this one was sent. */
  | 'out-of-order'
  /** Two readers have seen one lane in different orders. */
  | 'lanes-differ'
  | 'refused-seen'
  /** An open outcome that some readers have seen and others have not. */
  | 'open-differs'
  | 'never-sent';

export interface Violation {
  readonly code: ViolationCode;
  readonly reader: string;
  /** The first events that show it, ten at most. */
  readonly events: readonly EventKey[];
  readonly count: number;
}

export interface Verdict {
  readonly ok: boolean;
  readonly violations: readonly Violation[];
}

/** A reader's history, ready to be asked. */
interface Sight {
  readonly reader: string;
  readonly ordered: boolean;
  /** Each event once, at its first sight. */
  readonly seen: ReadonlySet<EventKey>;
}

const shown = 10;

/**
 * Judges histories by what the exchange promises. Pure. Expects that every reader was given the time to reach the end: what it has
 * not seen counts as missing, and that nothing expires while it lasts.
 */
export function check(histories: Histories): Verdict {
  const outcomes = outcomesOf(histories.publishers);
  const violations: Violation[] = [];
  const report = (code: ViolationCode, reader: string, events: readonly EventKey[]): void => {
    if (events.length > 0)
      violations.push({ code, reader, events: events.slice(0, shown), count: events.length });
  };
  const sights = histories.readers.map((history) => sightOf(history, report));
  const seenByAny = new Set(sights.flatMap(({ seen }) => [...seen]));
  const keysOf = (state: Outcome['state']): EventKey[] =>
    [...outcomes].filter(([, outcome]) => outcome.state === state).map(([key]) => key);
  const acknowledged = keysOf('acknowledged');
  const openSeen = keysOf('open').filter((key) => seenByAny.has(key));
  const refused = new Set(keysOf('refused'));

  report(
    'lost',
    'all',
    acknowledged.filter((key) => !seenByAny.has(key)),
  );
  for (const { reader, seen } of sights) {
    const misses = (key: EventKey): boolean => !seen.has(key);
    report(
      'silent-gap',
      reader,
      acknowledged.filter((key) => seenByAny.has(key) && misses(key)),
    );
    report('open-differs', reader, openSeen.filter(misses));
    report(
      'refused-seen',
      reader,
      [...seen].filter((key) => refused.has(key)),
    );
    report(
      'never-sent',
      reader,
      [...seen].filter((key) => !outcomes.has(key)),
    );
  }
  const ordered = sights.filter((sight) => sight.ordered);
  for (const sight of ordered) {
    const lanes = Map.groupBy(sight.seen, (key) => outcomes.get(key)?.lane);
    for (const keys of lanes.values()) report('out-of-order', sight.reader, early(keys, outcomes));
    if (ordered[0] !== undefined && sight !== ordered[0])
      for (const keys of lanes.values())
        report('lanes-differ', sight.reader, elsewhere(keys, ordered[0].seen));
  }
  return { ok: violations.length === 0, violations };
}

function sightOf(
  { reader, way, notes }: ReaderHistory,
  report: (code: ViolationCode, reader: string, events: readonly EventKey[]) => void,
): Sight {
  const seen = new Set<EventKey>();
  const twice: EventKey[] = [];
  const beforeCursor: EventKey[] = [];
  const elsewhereFrom: string[] = [];
  let sinceConnected = new Set<EventKey>();
  let cursor: string | undefined;
  const gaps: string[] = [];
  for (const note of notes) {
    if (note.what === 'connected') {
      if (note.cursor !== cursor && cursor !== undefined) elsewhereFrom.push(String(note.cursor));
      sinceConnected = new Set();
    } else if (note.what === 'gap') gaps.push(note.reason);
    else {
      cursor = note.cursor ?? cursor;
      if (note.what === 'cursor') continue;
      if (sinceConnected.has(note.event)) twice.push(note.event);
      else if (seen.has(note.event)) beforeCursor.push(note.event);
      seen.add(note.event);
      sinceConnected.add(note.event);
    }
  }
  report('seen-twice', reader, twice);
  report('seen-before-cursor', reader, beforeCursor);
  report('resumed-elsewhere', reader, elsewhereFrom);
  report('gap-without-reason', reader, gaps);
  return { reader, ordered: way !== 'library', seen };
}

/** Those of a lane behind which one comes that was acknowledged before they were sent. */
function early(lane: readonly EventKey[], outcomes: ReadonlyMap<EventKey, Outcome>): EventKey[] {
  let acknowledgedBehind = Number.POSITIVE_INFINITY;
  const found: EventKey[] = [];
  for (const key of lane.toReversed()) {
    const outcome = outcomes.get(key);
    if (outcome === undefined) continue;
    if (acknowledgedBehind < outcome.invokedAt) found.push(key);
    acknowledgedBehind = Math.min(acknowledgedBehind, outcome.acknowledgedAt);
  }
  return found.reverse();
}

/** Those of a lane that come behind one which the other reader has seen after them. */
function elsewhere(lane: readonly EventKey[], other: ReadonlySet<EventKey>): EventKey[] {
  const places = new Map([...other].map((key, place) => [key, place]));
  let last = -1;
  return lane.filter((key) => {
    const place = places.get(key);
    if (place === undefined) return false;
    const isBehind = place < last;
    last = Math.max(last, place);
    return isBehind;
  });
}
