import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from './checker.ts';
import { demonstrationWorld } from './demonstration.ts';
import type { Histories, PublisherNote, ReaderHistory, ReaderNote } from './history.ts';
import type { ViolationCode } from './violations.ts';

type State = 'acknowledged' | 'refused' | 'open-kept' | 'open-gone';
const ways = ['stream', 'stream', 'pager', 'library'] as const;
const marking = { tlp: 'CLEAR' };

/** One publisher that sends one after the other in one lane; four readers, cut after each `cutEvery` events. */
function sound(states: readonly State[], cutEvery: number): Histories {
  const notes = states.flatMap((state, n): PublisherNote[] => {
    const event = `mx-fgr/${n}`;
    const at = n * 10;
    const broken = state === 'refused' ? { broken: true } : {};
    const invoked = { at, event, what: 'invoked', lane: 'alert/MX', marking, ...broken } as const;
    if (state === 'acknowledged') return [invoked, { at: at + 5, event, what: state, receipt: `r${n}` }];
    if (state === 'refused') return [invoked, { at: at + 5, event, what: state, status: 422 }];
    return [invoked, { at: at + 5, event, what: 'open', reason: '503' }];
  });
  const kept = states.flatMap((state, n) =>
    state === 'acknowledged' || state === 'open-kept' ? [`mx-fgr/${n}`] : [],
  );
  const readers = ways.map((way, index): ReaderHistory => {
    const stamp = marking;
    const absent = states.flatMap((_state, n): ReaderNote[] =>
      way !== 'library' || kept.includes(`mx-fgr/${n}`)
        ? []
        : [{ at: n, what: 'absent', event: `mx-fgr/${n}` }],
    );
    const seen = kept.flatMap((event, n): ReaderNote[] => [
      { at: n, what: 'seen', event, cursor: way === 'library' ? undefined : `c${index}-${n}`, stamp },
      ...(way !== 'library' && n % cutEvery === 0
        ? [{ at: n, what: 'connected', cursor: `c${index}-${n}` } as const]
        : []),
    ]);
    const connected: ReaderNote = { at: 0, what: 'connected', cursor: undefined };
    return {
      reader: `${way}-${index}`,
      as: undefined,
      way,
      history: true,
      notes: [connected, ...seen, ...absent],
    };
  });
  const directory = { begins: demonstrationWorld(), notes: [], intrusions: [] };
  return { publishers: [notes], readers, looks: [], threads: [], asked: [], directory, outages: [] };
}

/** The same histories, with one reader's notes changed. */
function changed(
  histories: Histories,
  reader: number,
  change: (notes: readonly ReaderNote[]) => ReaderNote[],
): Histories {
  const readers = histories.readers.map((history, index) =>
    index === reader ? { ...history, notes: change(history.notes) } : history,
  );
  return { ...histories, readers };
}

const without =
  (event: string) =>
  (notes: readonly ReaderNote[]): ReaderNote[] =>
    notes.map((note) =>
      note.what === 'seen' && note.event === event ? { at: note.at, what: 'absent', event } : note,
    );

const alsoSeen =
  (event: string) =>
  (notes: readonly ReaderNote[]): ReaderNote[] => [
    ...notes,
    { at: 0, what: 'seen', event, cursor: undefined, stamp: marking },
  ];

/** The first two events change places, their cursors do not. */
function swapped(notes: readonly ReaderNote[], one: string, other: string): ReaderNote[] {
  return notes.map((note) => {
    if (note.what !== 'seen' || ![one, other].includes(note.event)) return note;
    return { ...note, event: note.event === one ? other : one };
  });
}

const codes = (histories: Histories): ViolationCode[] => check(histories).violations.map(({ code }) => code);
const states: readonly State[] = ['acknowledged', 'acknowledged', 'refused', 'open-kept', 'open-gone'];
const example = sound(states, 2);
const everywhere = (
  histories: Histories,
  change: (notes: readonly ReaderNote[]) => ReaderNote[],
): Histories => ways.reduce((so, _way, reader) => changed(so, reader, change), histories);

describe('the checker', () => {
  test('passes a sound history', () => {
    expect(check(example)).toEqual({ ok: true, violations: [] });
  });

  test.each<[string, Histories, ViolationCode[]]>([
    ['a lost write', everywhere(example, without('mx-fgr/1')), ['lost']],
    ['a silent gap', changed(example, 1, without('mx-fgr/1')), ['silent-gap', 'resumed-elsewhere']],
    [
      'a gap that was announced where nothing expires, and what is missing all the same',
      changed(example, 3, (notes) => [
        ...without('mx-fgr/1')(notes),
        { at: 0, what: 'gap', reason: 'expired' },
      ]),
      ['gap-without-reason', 'silent-gap'],
    ],
    ['an event missing in the library', changed(example, 3, without('mx-fgr/1')), ['silent-gap']],
    ['a refused event that is seen', changed(example, 3, alsoSeen('mx-fgr/2')), ['refused-seen']],
    ['an event that nobody sent', changed(example, 3, alsoSeen('mx-fgr/x')), ['never-sent']],
    ['an event that comes again', changed(example, 3, alsoSeen('mx-fgr/1')), ['seen-twice']],
    ['an event from before the cursor', changed(example, 0, alsoSeen('mx-fgr/1')), ['seen-before-cursor']],
    ['an open outcome not seen by one', changed(example, 3, without('mx-fgr/3')), ['open-differs']],
    [
      'an order that was swapped',
      changed(example, 2, (notes) => swapped(notes, 'mx-fgr/0', 'mx-fgr/1')),
      ['out-of-order', 'lanes-differ'],
    ],
    [
      'a resume from an older cursor',
      changed(example, 0, (notes) => [...notes, { at: 9, what: 'connected', cursor: 'c0-0' }]),
      ['resumed-elsewhere'],
    ],
  ])('finds %s', (_title, histories, expected) => {
    const { ok } = check(histories);
    expect(ok).toBe(false);
    expect(expected).toEqual(expect.arrayContaining([...new Set(codes(histories))]));
    expect(codes(histories)).toContain(expected[0]);
  });

  test('takes an event as open that was refused after an attempt without an answer', () => {
    const event = 'mx-fgr/again';
    const again: PublisherNote[] = [
      { at: 100, event, what: 'invoked', lane: 'alert/MX', marking },
      { at: 101, event, what: 'open', reason: 'cut' },
      { at: 102, event, what: 'invoked', lane: 'alert/MX', marking },
      { at: 103, event, what: 'refused', status: 429 },
    ];
    const seen = everywhere({ ...example, publishers: [...example.publishers, again] }, alsoSeen(event));
    expect(check(seen).ok).toBe(true);
  });

  test('takes any sound history, and none with one change', () => {
    const anyState = fc.constantFrom<State>('acknowledged', 'refused', 'open-kept', 'open-gone');
    const history = fc
      .array(anyState, { maxLength: 60 })
      .map((rest): State[] => ['acknowledged', 'acknowledged', ...rest, 'refused', 'open-kept', 'open-gone']);
    const reader = fc.nat({ max: ways.length - 1 });
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 9 }), reader, fc.nat(), (all, cutEvery, which, pick) => {
        const histories = sound(all, cutEvery);
        expect(codes(histories)).toEqual([]);
        const one = (state: State): string => {
          const places = all.flatMap((found, n) => (found === state ? [n] : []));
          return `mx-fgr/${places[pick % places.length]}`;
        };
        expect(codes(everywhere(histories, without(one('acknowledged'))))).toContain('lost');
        expect(codes(changed(histories, which, without(one('acknowledged'))))).toContain('silent-gap');
        expect(codes(changed(histories, which, without(one('open-kept'))))).toContain('open-differs');
        expect(codes(changed(histories, which, alsoSeen(one('open-gone'))))).toContain('open-differs');
        expect(codes(changed(histories, which, alsoSeen(one('refused'))))).toContain('refused-seen');
        expect(check(changed(histories, which, alsoSeen(one('acknowledged')))).ok).toBe(false);
        const swap = (notes: readonly ReaderNote[]): ReaderNote[] => swapped(notes, 'mx-fgr/0', 'mx-fgr/1');
        expect(codes(changed(histories, which % 3, swap))).toContain('out-of-order');
      }),
    );
  });
});
