import type { EventKey, ReaderHistory, Stamp } from './history.ts';
import type { Outcome } from './outcomes.ts';

interface Seen {
  readonly at: number;
  readonly place: number;
  readonly stamp: Stamp;
}

export interface Withdrawn {
  readonly event: EventKey;
  readonly at: number;
  readonly place: number;
}

/** A reader's history, ready to be asked. */
export interface Sight {
  readonly reader: string;
  readonly as: string | undefined;
  readonly ordered: boolean;
  readonly history: boolean;
  /** Each event once, at its first sight, in the order in which they came. */
  readonly seen: ReadonlyMap<EventKey, Seen>;
  /** In the order in which they came; `place` is that of the next event seen. */
  readonly withdrawn: readonly Withdrawn[];
  /** When the library had nothing there. */
  readonly absent: ReadonlyMap<EventKey, number>;
  /** Infinity when it never was. */
  readonly connectedAt: number;
  readonly twice: readonly EventKey[];
  readonly beforeCursor: readonly EventKey[];
  readonly elsewhereFrom: readonly string[];
  readonly gaps: readonly string[];
}

export function sightOf({ reader, as, way, history, notes }: ReaderHistory): Sight {
  const seen = new Map<EventKey, Seen>();
  const withdrawn: Withdrawn[] = [];
  const absent = new Map<EventKey, number>();
  const twice: EventKey[] = [];
  const beforeCursor: EventKey[] = [];
  const elsewhereFrom: string[] = [];
  const gaps: string[] = [];
  let connectedAt = Number.POSITIVE_INFINITY;
  let sinceConnected = new Set<EventKey>();
  let cursor: string | undefined;
  for (const note of notes) {
    if (note.what === 'connected') {
      connectedAt = Math.min(connectedAt, note.at);
      if (note.cursor !== cursor && cursor !== undefined) elsewhereFrom.push(String(note.cursor));
      sinceConnected = new Set();
    } else if (note.what === 'gap') gaps.push(note.reason);
    else if (note.what === 'absent') absent.set(note.event, note.at);
    else if (note.what === 'cursor') cursor = note.cursor;
    else if (note.what === 'withdrawn') {
      cursor = note.cursor ?? cursor;
      withdrawn.push({ event: note.event, at: note.at, place: seen.size });
    } else if (note.what === 'seen') {
      cursor = note.cursor ?? cursor;
      if (sinceConnected.has(note.event)) twice.push(note.event);
      else if (seen.has(note.event)) beforeCursor.push(note.event);
      else seen.set(note.event, { at: note.at, place: seen.size, stamp: note.stamp });
      sinceConnected.add(note.event);
    }
  }
  const ordered = way !== 'library';
  const found = { seen, withdrawn, absent, connectedAt, twice, beforeCursor, elsewhereFrom, gaps };
  return { reader, as, ordered, history, ...found };
}

/**
 * By when a reader must have been shown an event: when it first saw one of the same lane that was sent after that one was acknowledged.
 * Infinity when it never did.
 */
export function deadlines(
  sight: Sight,
  outcomes: ReadonlyMap<EventKey, Outcome>,
): (outcome: Outcome) => number {
  const lanes = new Map<string, { readonly invokedAt: number; readonly by: number }[]>();
  for (const [lane, keys] of Map.groupBy(sight.seen.keys(), (key) => outcomes.get(key)?.lane ?? '')) {
    const known = keys
      .map((key) => ({
        invokedAt: outcomes.get(key)?.invokedAt ?? 0,
        by: sight.seen.get(key)?.at ?? Number.POSITIVE_INFINITY,
      }))
      .sort((one, other) => other.invokedAt - one.invokedAt);
    let by = Number.POSITIVE_INFINITY;
    lanes.set(
      lane,
      known.map((one) => {
        by = Math.min(by, one.by);
        return { invokedAt: one.invokedAt, by };
      }),
    );
  }
  // Latest first: the last that was sent after it holds the earliest sight of all of them.
  return ({ lane, acknowledgedAt }) =>
    lanes.get(lane)?.findLast(({ invokedAt }) => invokedAt > acknowledgedAt)?.by ?? Number.POSITIVE_INFINITY;
}
