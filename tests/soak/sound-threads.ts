import type { Histories, Look, ReaderHistory, ReaderNote, Sequel } from './history.ts';
import { historiesOf, keyOf, owner, type Sent } from './sound.ts';

/** A sound history of threads, to be changed in one way each: versions, acknowledgements and recalls, and who sees what of them. */

export const sends = (id: string, at: number, tlp: string, audience?: string, sequel?: Sequel): Sent => ({
  event: keyOf(id),
  at,
  marking: { tlp, ...(audience === undefined ? {} : { audience }) },
  stamp: { tlp, ...(audience === undefined ? {} : { readers: audience }) },
  ...(sequel === undefined ? {} : { sequel }),
});
export const to = (what: Sequel['what'], of: string, thread = 'a'): Sequel => ({
  what,
  of: keyOf(of),
  thread: keyOf(thread),
});
export const acknowledges = (id: string, at: number, of: string, thread?: string): Sent =>
  sends(id, at, 'AMBER_STRICT', owner, to('acknowledgement', of, thread));
export const takesBack = (id: string, at: number, of: string, thread?: string): Sent =>
  sends(id, at, 'AMBER_STRICT', owner, to('recall', of, thread));

/** Given to fewer at 3 s, to more at 7 s, taken back at 9 s; of `c` its answer is taken back at 13 s. */
export const events: readonly Sent[] = [
  sends('a', 1_000, 'AMBER', 'MX,GT,HN'),
  sends('tick-1', 2_000, 'CLEAR'),
  sends('a-2', 3_000, 'AMBER', 'MX,GT', to('version', 'a')),
  sends('tick-2', 4_000, 'CLEAR'),
  acknowledges('gt-pgn/a', 5_000, 'a-2'),
  sends('tick-3', 6_000, 'CLEAR'),
  sends('a-3', 7_000, 'GREEN', undefined, to('version', 'a-2')),
  sends('tick-4', 8_000, 'CLEAR'),
  takesBack('a-r', 9_000, 'a'),
  sends('tick-5', 10_000, 'CLEAR'),
  sends('c', 11_000, 'AMBER', 'GT'),
  acknowledges('gt-pgn/c', 12_000, 'c', 'c'),
  takesBack('gt-pgn/c-r', 13_000, 'gt-pgn/c', 'c'),
  sends('tick-6', 14_000, 'CLEAR'),
];
const ticks = events.map(({ event }) => event).filter((event) => event.includes('tick'));

/** What each sees, and when: an event, or `-` and the address that is withdrawn. Everybody sees the ticks. */
export type Seen = readonly (readonly [at: number, what: string])[];
export const seenBy: Readonly<Record<string, Seen>> = {
  'mx-fgr': [
    [1_010, 'a'],
    [3_010, 'a-2'],
    [5_010, 'gt-pgn/a'],
    [7_010, 'a-3'],
    [9_010, '-a'],
    [11_010, 'c'],
    [12_010, 'gt-pgn/c'],
    [13_010, '-gt-pgn/c'],
  ],
  'gt-pgn': [
    [1_010, 'a'],
    [3_010, 'a-2'],
    [5_010, 'gt-pgn/a'],
    [7_010, 'a-3'],
    [9_010, '-a'],
    [11_010, 'c'],
    [12_010, 'gt-pgn/c'],
    [13_010, '-gt-pgn/c'],
  ],
  'hn-inm': [
    [1_010, 'a'],
    [3_010, '-a'],
    [7_010, 'a-3'],
    [9_010, '-a'],
  ],
  'co-fgn': [
    [7_010, 'a-3'],
    [9_010, '-a'],
  ],
  'es-interior': [],
  'gt-mp, newest': [
    [1_010, 'a'],
    [3_010, 'a-2'],
    [7_010, 'a-3'],
    [9_010, '-a'],
    [11_010, 'c'],
  ],
};

export function readerOf(reader: string, seen: Seen, sent: readonly Sent[], begins = 0): ReaderHistory {
  // What was there before he came, he gets in its order.
  const own = sent
    .filter(({ event }) => ticks.includes(event))
    .map(({ event, at }) => [at < begins ? begins + 10 + at / 1_000 : at + 10, event] as const);
  const all = [...own, ...seen].sort(([one], [other]) => one - other);
  const notes = all.map(([at, what], place): ReaderNote => {
    const cursor = `${reader} ${place}`;
    if (what.startsWith('-')) return { at, what: 'withdrawn', event: keyOf(what.slice(1)), cursor };
    const event = keyOf(what);
    const stamp = sent.find((one) => one.event === event)?.stamp ?? { tlp: 'CLEAR' };
    return { at, what: 'seen', event, cursor, stamp };
  });
  return {
    reader,
    as: reader.split(',')[0],
    way: 'stream',
    history: !reader.includes('newest'),
    notes: [{ at: begins, what: 'connected', cursor: undefined }, ...notes],
  };
}

export function histories(seen = seenBy, sent = events, looks: readonly Look[] = []): Histories {
  const readers = Object.entries(seen).map(([reader, ids]) => readerOf(reader, ids, sent));
  return historiesOf(sent, readers, { looks });
}
