import { describe, expect, test } from 'vitest';
import { check } from './checker.ts';
import type { Histories, ReaderNote, Stamp } from './history.ts';
import { found, keyOf, owner, type Sent } from './sound.ts';
import {
  acknowledges,
  events,
  histories,
  readerOf,
  type Seen,
  seenBy,
  sends,
  takesBack,
  to,
} from './sound-threads.ts';
import type { ViolationCode } from './violations.ts';

/** Histories in which versions, acknowledgements and recalls go wrong, each in one way. */

/** What comes to who has begun later, of what is his. */
const later: Seen = [
  [10_150, '-a'],
  [11_010, 'c'],
  [12_010, 'gt-pgn/c'],
  [13_010, '-gt-pgn/c'],
];
const hn: Seen = [
  [4_250, '-a'],
  [7_010, 'a-3'],
  [9_010, '-a'],
];
const gt: Seen = [
  [5_010, 'gt-pgn/a'],
  [7_010, 'a-3'],
  [9_010, '-a'],
  [11_010, 'c'],
  [12_010, 'gt-pgn/c'],
  [13_010, '-gt-pgn/c'],
];

const sees = (reader: string, at: number, what: string): Histories =>
  histories({ ...seenBy, [reader]: [...(seenBy[reader] ?? []), [at, what]] });
const misses = (reader: string, what: string, at?: number): Histories =>
  histories({
    ...seenBy,
    [reader]: (seenBy[reader] ?? []).filter((one) => one[1] !== what || (at !== undefined && one[0] !== at)),
  });
/** A reader who comes later than the others. */
const comes = (reader: string, begins: number, seen: Seen): Histories => {
  const sound = histories();
  return { ...sound, readers: [...sound.readers, readerOf(reader, seen, events, begins)] };
};
const alsoSent = (...sent: Sent[]): Histories => histories(seenBy, [...events, ...sent]);
const looked = (as: string, event: string, askedAt: number, stamp?: Stamp): Histories =>
  histories(seenBy, events, [{ as, event: keyOf(event), askedAt, at: askedAt + 3, stamp }]);
const listed = (as: string, askedAt: number, ...ids: string[]): Histories => {
  const items = ids.map((id) => ({ event: keyOf(id), stamp: stampOf(id) }));
  return { ...histories(), threads: [{ as, event: keyOf('a'), askedAt, at: askedAt + 3, items }] };
};
const stampOf = (id: string): Stamp =>
  events.find(({ event }) => event === keyOf(id))?.stamp ?? { tlp: 'CLEAR' };

/** Of a thread that was given to fewer at 3 s, and is taken back at 9 s by its second version. */
const closed: readonly Sent[] = [
  sends('d', 1_000, 'AMBER', 'MX,GT,HN'),
  sends('tick-1', 2_000, 'CLEAR'),
  sends('d-2', 3_000, 'AMBER', 'MX,GT', to('version', 'd', 'd')),
  takesBack('d-r', 9_000, 'd-2', 'd'),
  sends('tick-5', 10_000, 'CLEAR'),
];
const ofClosed = (reader: string, ...seen: Seen): Histories =>
  histories({ ...(reader === 'gt-pgn' ? {} : { 'gt-pgn': closedToGt }), [reader]: seen }, closed);
const closedToGt: Seen = [
  [1_010, 'd'],
  [3_010, 'd-2'],
  [9_010, '-d'],
];
const closedToHn: Seen = [
  [1_010, 'd'],
  [3_010, '-d'],
];
/** The same with a wider version, sent with the recall. */
const raced = (...seen: Seen): Histories =>
  histories({ 'gt-pgn': closedToGt, 'co-fgn': seen }, [
    ...closed.slice(0, 3),
    { ...sends('d-3', 8_999, 'GREEN', undefined, to('version', 'd-2', 'd')), answeredAt: 9_006 },
    ...closed.slice(3),
  ]);

describe('the checker, of threads,', () => {
  test('passes a sound history', () => {
    expect(check(histories())).toEqual({ ok: true, violations: [] });
  });

  test.each<[string, Histories, ViolationCode, string]>([
    [
      'what is seen after it was taken back',
      sees('es-interior', 11_000, 'a-3'),
      'seen-unentitled',
      'es-interior',
    ],
    [
      'what is seen by who could read it, a second after it was taken back',
      comes('gt-pgn, later', 10_050, [[10_100, 'a-3'], ...later]),
      'seen-unentitled',
      'gt-pgn, later',
    ],
    [
      'an answer to what was taken back',
      comes('gt-pgn, later', 10_050, [[10_100, 'gt-pgn/a'], ...later]),
      'seen-unentitled',
      'gt-pgn, later',
    ],
    [
      'an event behind the word that it was taken back',
      comes('co-fgn, later', 8_500, [
        [9_010, '-a'],
        [9_020, 'a-3'],
      ]),
      'seen-after-withdrawn',
      'co-fgn, later',
    ],
    ['a recall that is shown', sees('mx-fgr', 9_020, 'a-r'), 'seen-unentitled', 'mx-fgr'],
    [
      'an old version, for who may not have the newest',
      comes('hn-inm, later', 4_100, [[4_111, 'a'], ...hn]),
      'seen-unentitled',
      'hn-inm, later',
    ],
    ['a version for others', sees('hn-inm', 3_020, 'a-2'), 'seen-unentitled', 'hn-inm'],
    ['an old version, opened by a wider one', sees('co-fgn', 7_020, 'a'), 'seen-unentitled', 'co-fgn'],
    ['an acknowledgement seen by a third', sees('hn-inm', 5_020, 'gt-pgn/a'), 'seen-unentitled', 'hn-inm'],
    [
      'an acknowledgement seen by another agency of its country',
      sees('gt-mp, newest', 5_020, 'gt-pgn/a'),
      'seen-unentitled',
      'gt-mp, newest',
    ],
    ['a version that is missed', misses('gt-pgn', 'a-2'), 'silent-gap', 'gt-pgn'],
    ['what was there before it was given to fewer, missed', misses('hn-inm', 'a'), 'silent-gap', 'hn-inm'],
    ['what was there before it was taken back, missed', misses('co-fgn', 'a-3'), 'silent-gap', 'co-fgn'],
    ['an acknowledgement that its owner misses', misses('mx-fgr', 'gt-pgn/a'), 'silent-gap', 'mx-fgr'],
    [
      'a version that stood, missed by who has not asked for the history',
      misses('gt-mp, newest', 'a'),
      'silent-gap',
      'gt-mp, newest',
    ],
    [
      'a version that has a newer one, for who has not asked for it',
      comes('gt-pgn, newest', 4_100, [[4_111, 'a'], [4_113, 'a-2'], ...gt]),
      'superseded-seen',
      'gt-pgn, newest',
    ],
    [
      'a word to who could never read it',
      sees('es-interior', 9_010, '-a'),
      'withdrawn-unentitled',
      'es-interior',
    ],
    ['a word of what is not withdrawn', sees('mx-fgr', 2_020, '-tick-1'), 'withdrawn-unentitled', 'mx-fgr'],
    ['a word before it is withdrawn', sees('co-fgn', 8_010, '-a'), 'withdrawn-unentitled', 'co-fgn'],
    ['a word to who has not lost sight', sees('gt-pgn', 3_020, '-a'), 'withdrawn-unentitled', 'gt-pgn'],
    ['a word of what nobody sent', sees('gt-pgn', 3_020, '-x'), 'never-sent', 'gt-pgn'],
    ['no word to who could read it, of a recall', misses('co-fgn', '-a'), 'withdrawn-missing', 'co-fgn'],
    ['no word to its owner', misses('mx-fgr', '-a'), 'withdrawn-missing', 'mx-fgr'],
    ['no word to who could read an answer', misses('mx-fgr', '-gt-pgn/c'), 'withdrawn-missing', 'mx-fgr'],
    ['no word to who has lost sight', misses('hn-inm', '-a', 3_010), 'withdrawn-missing', 'hn-inm'],
    ['no word to who had it again', misses('hn-inm', '-a', 9_010), 'withdrawn-missing', 'hn-inm'],
    ['a word that comes twice', sees('co-fgn', 9_020, '-a'), 'withdrawn-twice', 'co-fgn'],
    [
      'no word of the recall to who had lost sight before',
      ofClosed('hn-inm', ...closedToHn),
      'withdrawn-missing',
      'hn-inm',
    ],
    [
      'a third word to who had lost sight before',
      ofClosed('hn-inm', ...closedToHn, [9_010, '-d'], [9_020, '-d']),
      'withdrawn-twice',
      'hn-inm',
    ],
    [
      'a second word to who had lost nothing before',
      ofClosed('gt-pgn', ...closedToGt, [9_020, '-d']),
      'withdrawn-twice',
      'gt-pgn',
    ],
    [
      'a word of a version that he could never read',
      ofClosed('hn-inm', ...closedToHn, [9_010, '-d-2']),
      'withdrawn-unentitled',
      'hn-inm',
    ],
    [
      'a word of the recall to who could never read any version',
      ofClosed('co-fgn', [9_010, '-d']),
      'withdrawn-unentitled',
      'co-fgn',
    ],
    [
      'no word to who has seen a version that was sent with the recall',
      raced([9_004, 'd-3']),
      'withdrawn-missing',
      'co-fgn',
    ],
    [
      'the library, with what its owner took back a moment ago',
      looked(owner, 'a', 9_006, stampOf('a')),
      'seen-unentitled',
      'library for mx-fgr',
    ],
    [
      'the library, with what was given to fewer a moment ago',
      looked('hn-inm', 'a', 3_006, stampOf('a')),
      'seen-unentitled',
      'library for hn-inm',
    ],
    ['the library, without what is there', looked('hn-inm', 'a', 2_000), 'silent-gap', 'library for hn-inm'],
    [
      'the library, otherwise marked',
      looked('hn-inm', 'a', 2_000, { tlp: 'AMBER', readers: 'MX,HN' }),
      'stamped-wrong',
      'library for hn-inm',
    ],
    [
      'a thread, after it was taken back',
      listed(owner, 9_006, 'a', 'a-2'),
      'seen-unentitled',
      'library for mx-fgr, thread',
    ],
    [
      'a thread with what is another’s',
      listed('gt-mp', 6_000, 'a', 'a-2', 'gt-pgn/a'),
      'seen-unentitled',
      'library for gt-mp, thread',
    ],
    ['a thread without a version', listed('gt-mp', 6_000, 'a'), 'silent-gap', 'library for gt-mp, thread'],
    [
      'a version of what was taken back',
      alsoSent(sends('a-4', 9_500, 'GREEN', undefined, to('version', 'a-3'))),
      'accepted-wrongly',
      'all',
    ],
    [
      'an answer to what one may not read',
      alsoSent(acknowledges('hn-inm/a', 4_500, 'a-2')),
      'accepted-wrongly',
      'all',
    ],
    [
      'an answer of a guest',
      alsoSent(acknowledges('es-interior/t', 4_500, 'tick-1', 'tick-1')),
      'accepted-wrongly',
      'all',
    ],
    [
      'a recall by another',
      alsoSent(takesBack('gt-pgn/x', 4_500, 'tick-1', 'tick-1')),
      'accepted-wrongly',
      'all',
    ],
    [
      'a recall that the Secretariat is refused',
      alsoSent({ ...takesBack('ts-office/x', 4_500, 'tick-1', 'tick-1'), status: 403 }),
      'refused-wrongly',
      'all',
    ],
    [
      'an answer that is refused while its sender reads what he answers',
      alsoSent({ ...acknowledges('gt-pgn/x', 4_500, 'a-2'), status: 422 }),
      'refused-wrongly',
      'all',
    ],
    [
      'a recall that its owner is refused',
      alsoSent({ ...takesBack('x', 4_500, 'tick-1', 'tick-1'), status: 403 }),
      'refused-wrongly',
      'all',
    ],
  ])('finds %s', (_title, all, code, reader) => {
    expect(found(all)).toContainEqual([code, reader]);
  });

  test.each<[string, Histories]>([
    [
      'who comes when all of it is over: he is told what he has lost, as it went',
      comes('hn-inm, later', 15_000, [
        [15_100, '-a'],
        [15_200, '-a'],
      ]),
    ],
    [
      'the same, when the version that gave it to fewer is erased',
      comes('hn-inm, later', 15_000, [[15_200, '-a']]),
    ],
    [
      'who had lost sight before, and is told of the recall',
      ofClosed('hn-inm', ...closedToHn, [9_010, '-d']),
    ],
    [
      'who has seen a version that was sent with the recall, and is told',
      raced([9_004, 'd-3'], [9_010, '-d']),
    ],
    ['who has not seen it, and is told', raced([9_010, '-d'])],
    ['who has not seen it, and is not told', raced()],
    ['who comes between, with what stands', comes('gt-pgn, newest', 4_100, [[4_113, 'a-2'], ...gt])],
    [
      'who sees it while the recall is on its way',
      comes('co-fgn, later', 8_990, [
        [9_007, 'a-3'],
        [9_020, '-a'],
      ]),
    ],
    ['who does not see it while the recall is on its way', comes('co-fgn, later', 9_002, [[9_020, '-a']])],
    ['the library, without what its owner took back a moment ago', looked(owner, 'a', 9_006)],
    ['the library, while it is being taken back', looked(owner, 'a', 9_001, stampOf('a'))],
    ['the same, as gone', looked(owner, 'a', 9_001)],
    ['a thread, to each what is his', listed('gt-mp', 6_000, 'a', 'a-2')],
    ['a thread that was taken back', listed(owner, 9_006)],
    [
      'an answer that is refused to who may not read what he answers',
      alsoSent({ ...acknowledges('hn-inm/a', 4_500, 'a-2'), status: 422 }),
    ],
    [
      'a recall that another is refused',
      alsoSent({ ...takesBack('gt-pgn/x', 4_500, 'tick-1', 'tick-1'), status: 422 }),
    ],
    [
      'a version that is refused since all of it was taken back',
      alsoSent({ ...sends('a-4', 9_500, 'GREEN', undefined, to('version', 'a-3')), status: 422 }),
    ],
  ])('passes %s', (_title, all) => {
    expect(check(all)).toEqual({ ok: true, violations: [] });
  });

  test('a stream goes on from the cursor of a word', () => {
    const sound = histories();
    const resumed = sound.readers.map((history) => ({
      ...history,
      notes: history.notes.flatMap((note): ReaderNote[] =>
        note.what === 'withdrawn' ? [note, { at: note.at, what: 'connected', cursor: note.cursor }] : [note],
      ),
    }));
    expect(check({ ...sound, readers: resumed })).toEqual({ ok: true, violations: [] });
  });

  test('an outage gives what is on its way the time until the exchange was ready again', () => {
    const late = comes('gt-pgn, later', 10_050, [[10_100, 'a-3'], ...later]);
    const outages = [{ from: 9_100, to: 10_090, readyMs: 0 }];
    expect(found({ ...late, outages })).not.toContainEqual(['seen-unentitled', 'gt-pgn, later']);
  });
});
