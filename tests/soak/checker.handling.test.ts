import { describe, expect, test } from 'vitest';
import { check } from './checker.ts';
import { demonstrationWorld } from './demonstration.ts';
import type {
  Change,
  DirectoryNote,
  Histories,
  Marking,
  ReaderHistory,
  ReaderNote,
  Stamp,
} from './history.ts';
import { found, historiesOf, keyOf, notesOf, owner, type Sent } from './sound.ts';
import type { ViolationCode } from './violations.ts';

/** Histories in which handling goes wrong, each in one way: who reads as whom, a directory that changes, steps of two. */

const group = 'EXERCISE_GROUP';
const strict = { tlp: 'AMBER_STRICT', audience: 'gt-pgn,mx-fgr' };
const forBoth = { tlp: 'AMBER_STRICT', readers: 'gt-pgn,mx-fgr' };
const sends = (id: string, at: number, marking: Marking, stamp: Stamp = marking): Sent => ({
  event: keyOf(id),
  at,
  marking,
  stamp,
});
const step = (id: string, at: number, follows?: string, isVoid = false): Sent => ({
  ...sends(id, at, strict, forBoth),
  lane: 'referral/MX',
  ...(follows === undefined ? {} : { follows }),
  isVoid,
});

/** The agency gt-exercise is there from 10 to 60 s; BZ is in the group, GT comes at 20 s; PE becomes a guest at 40 s; gt-pgn/duty is cleared from 61 to 90 s. */
const changes: readonly (readonly [number, Change])[] = [
  [0, { what: 'group', group, participant: 'BZ', joins: true }],
  [10_000, { what: 'agency', agency: 'gt-exercise', participant: 'GT', begins: true }],
  [20_000, { what: 'group', group, participant: 'GT', joins: true }],
  [40_000, { what: 'status', participant: 'PE', status: 'GUEST' }],
  [60_000, { what: 'agency', agency: 'gt-exercise', participant: 'GT', begins: false }],
  [61_000, { what: 'clearance', person: 'gt-pgn/duty', begins: true }],
  [62_000, { what: 'sponsorship', sponsor: 'cr-oij', sponsored: 'rncom-network', begins: true }],
  [90_000, { what: 'clearance', person: 'gt-pgn/duty', begins: false }],
];
const notes: readonly DirectoryNote[] = changes.map(([at, change]) => ({
  change,
  askedAt: at,
  doneAt: at + 100,
}));

const toGroup = { tlp: 'AMBER', audience: group };
const events: readonly Sent[] = [
  sends('clear', 12_000, { tlp: 'CLEAR' }),
  sends('green', 13_000, { tlp: 'GREEN' }),
  sends('strict', 14_000, strict, forBoth),
  sends('group-1', 15_000, toGroup, { tlp: 'AMBER', readers: 'BZ' }),
  sends('group-2', 30_000, toGroup, { tlp: 'AMBER', readers: 'GT,BZ' }),
  step('referred', 31_000),
  step('closed', 32_000, `${owner}/referred`),
  step('gt-pgn/closed', 32_001, `${owner}/referred`, true),
  sends('clear-2', 35_000, { tlp: 'CLEAR' }),
  sends('green-guest', 50_000, { tlp: 'GREEN' }),
  sends('observers', 51_000, { tlp: 'AMBER', audience: 'OBSERVERS' }, { tlp: 'AMBER', readers: 'CO,JM' }),
  sends('late', 70_000, { tlp: 'CLEAR' }),
];

/** Who sees what of it, by the table of rules.md; the ended agency nothing that is sent after its end. */
const seenBy: Readonly<Record<string, readonly string[]>> = {
  nobody: ['clear', 'clear-2', 'late'],
  'mx-fgr': events.map(({ event }) => event),
  'gt-pgn': [
    'clear',
    'green',
    'strict',
    'group-2',
    'referred',
    'closed',
    'gt-pgn/closed',
    'clear-2',
    'green-guest',
    'late',
  ],
  'gt-exercise': ['clear', 'green', 'group-2', 'clear-2', 'green-guest'],
  'pe-pnp': ['clear', 'green', 'clear-2', 'late'],
  'es-interior': ['clear', 'clear-2', 'late'],
  'co-fgn': ['clear', 'green', 'clear-2', 'green-guest', 'observers', 'late'],
};

function readerOf(reader: string, ids: readonly string[], sent: readonly Sent[]): ReaderHistory {
  const begins = reader === 'gt-exercise' ? 16_000 : 0;
  const seen = ids.flatMap((id): ReaderNote[] => {
    const found = sent.find(({ event }) => event === keyOf(id));
    const event = keyOf(id);
    return found === undefined
      ? []
      : [{ at: Math.max(begins, found.at) + 10, what: 'seen', event, cursor: event, stamp: found.stamp }];
  });
  const ended: ReaderNote[] = reader === 'gt-exercise' ? [{ at: 61_000, what: 'closed' }] : [];
  return {
    reader,
    as: reader === 'nobody' ? undefined : reader,
    way: 'stream',
    history: true,
    notes: [{ at: begins, what: 'connected', cursor: undefined }, ...seen, ...ended],
  };
}

function histories(sent: readonly Sent[] = events, seen = seenBy): Histories {
  const readers = Object.entries(seen).map(([reader, ids]) => readerOf(reader, ids, sent));
  return historiesOf(sent, readers, { directory: { begins: demonstrationWorld(), notes, intrusions: [] } });
}

const changedEvent = (id: string, change: Partial<Sent>): Histories =>
  histories(events.map((sent) => (sent.event === keyOf(id) ? { ...sent, ...change } : sent)));
const alsoSent = (...sent: Sent[]): Histories => histories([...events, ...sent]);
const seesAlso = (reader: string, ...ids: string[]): Histories =>
  histories(events, { ...seenBy, [reader]: [...(seenBy[reader] ?? []), ...ids] });
const misses = (reader: string, missed: string): Histories =>
  histories(events, { ...seenBy, [reader]: (seenBy[reader] ?? []).filter((id) => id !== missed) });
const alsoNotes = (reader: string, more: readonly ReaderNote[], sound = histories()): Histories => ({
  ...sound,
  readers: sound.readers.map((history) =>
    history.reader === reader ? { ...history, notes: [...history.notes, ...more] } : history,
  ),
});
const swapped = (reader: string): Histories => {
  const ids = (seenBy[reader] ?? []).map((id) =>
    id === 'closed' ? 'gt-pgn/closed' : id === 'gt-pgn/closed' ? 'closed' : id,
  );
  return histories(events, { ...seenBy, [reader]: ids });
};
const at = 80_000;
const itemOf = (id: string) => ({ event: keyOf(id), stamp: forBoth });
const withThread = (items: readonly string[]): Histories => ({
  ...histories(),
  threads: [{ as: owner, event: keyOf('referred'), askedAt: at, at, items: items.map(itemOf) }],
});
const withIntrusion = (status: number): Histories => {
  const sound = histories();
  return {
    ...sound,
    directory: { ...sound.directory, intrusions: [{ at: 1, by: 'ts-office', status }] },
  };
};
const office = (reader: string): Histories => {
  const stamp = { tlp: 'AMBER', readers: 'GT', office: 'PRESIDENCY' };
  const event = { ...sends('ppt-office/decided', 20_500, { tlp: 'AMBER', audience: 'GT' }), stamp };
  return histories([...events, event], { ...seenBy, [reader]: ['clear', 'ppt-office/decided', 'late'] });
};

const caseKey = keyOf('referred');
const takesBack: Sent = {
  ...sends('taken-back', 33_000, strict, forBoth),
  sequel: { what: 'recall', of: caseKey, thread: caseKey },
};
/** The case is taken back at 33 s, and both are told. */
const takenBack = (...more: Sent[]): Histories =>
  [owner, 'gt-pgn'].reduce(
    (all, reader) => alsoNotes(reader, [{ at: 33_010, what: 'withdrawn', event: caseKey, cursor: 'x' }], all),
    histories([...events, takesBack, ...more], { ...seenBy, [owner]: events.map(({ event }) => event) }),
  );
const signedBy = (agency: string, sent: Sent): Sent => ({ ...sent, signer: `${agency}/releaser` });
/** RED for gt-pgn, with its second signature at that time. */
const red = (at: number, seen: typeof seenBy, seenAt = at): Histories => {
  const marking = { tlp: 'RED', audience: 'gt-pgn' };
  const event = signedBy(owner, sends('red', at, marking, { tlp: 'RED', readers: 'gt-pgn' }));
  const all = histories([...events, { ...event, at: seenAt }], {
    ...seenBy,
    [owner]: seenBy[owner] ?? [],
    ...seen,
  });
  return { ...all, publishers: [[...events, event].flatMap(notesOf)] };
};
const gtSees = seenBy['gt-pgn'] ?? [];
/** A version of what gt-pgn says at RED, while its duty officer is cleared and nobody else of it. */
const redVersion = (by: { author: string; signer: string }, status?: number): Histories => {
  const marking = { tlp: 'RED', audience: 'gt-pgn' };
  const stamp = { tlp: 'RED', readers: 'gt-pgn' };
  const thread = 'gt-pgn/red';
  const first = { ...sends(thread, 70_000, marking, stamp), ...bothCleared, lane: 'alert/GT' };
  const sequel = { what: 'version', of: thread, thread } as const;
  const second = { ...sends('gt-pgn/red-2', 71_000, marking, stamp), ...by, lane: 'alert/GT', sequel };
  const newer = status === undefined ? second : { ...second, status };
  const shown = status === undefined ? [thread, newer.event] : [thread];
  return histories([...events, first, newer], { ...seenBy, 'gt-pgn/duty': [...gtSees, ...shown] });
};
const bothCleared = { author: 'gt-pgn/duty', signer: 'gt-pgn/duty' };
const said = sends('rncom-network/said', 30_000, { tlp: 'CLEAR' });
const everybodySees = (sent: Sent): Histories =>
  histories(
    [...events, sent],
    Object.fromEntries(
      Object.entries(seenBy).map(([reader, ids]) => [
        reader,
        reader === 'gt-exercise' && sent.at > 60_000 ? ids : [...new Set([...ids, sent.event])],
      ]),
    ),
  );

describe('the checker, of handling,', () => {
  test('passes a sound history', () => {
    expect(check(histories())).toEqual({ ok: true, violations: [] });
  });

  test.each<[string, Histories, ViolationCode, string]>([
    ['GREEN seen by who is not signed in', seesAlso('nobody', 'green'), 'seen-unentitled', 'nobody'],
    ['GREEN seen by a guest', seesAlso('es-interior', 'green'), 'seen-unentitled', 'es-interior'],
    ['GREEN seen by who has become a guest', seesAlso('pe-pnp', 'green-guest'), 'seen-unentitled', 'pe-pnp'],
    ['AMBER seen by another participant', seesAlso('co-fgn', 'group-2'), 'seen-unentitled', 'co-fgn'],
    ['AMBER seen by who joined its group later', seesAlso('gt-pgn', 'group-1'), 'seen-unentitled', 'gt-pgn'],
    [
      'AMBER_STRICT seen by another agency of the country',
      seesAlso('gt-exercise', 'strict'),
      'seen-unentitled',
      'gt-exercise',
    ],
    ['a step seen by who is no party', seesAlso('co-fgn', 'referred'), 'seen-unentitled', 'co-fgn'],
    ['CLEAR missed by a guest', misses('es-interior', 'clear'), 'silent-gap', 'es-interior'],
    ['GREEN missed by an observer', misses('co-fgn', 'green'), 'silent-gap', 'co-fgn'],
    ['GREEN missed by an observer before he was a guest', misses('pe-pnp', 'green'), 'silent-gap', 'pe-pnp'],
    ['AMBER missed by who is in its group', misses('gt-pgn', 'group-2'), 'silent-gap', 'gt-pgn'],
    ['AMBER_STRICT missed by who is named', misses('gt-pgn', 'strict'), 'silent-gap', 'gt-pgn'],
    [
      'AMBER missed by an agency before its end',
      misses('gt-exercise', 'group-2'),
      'silent-gap',
      'gt-exercise',
    ],
    ['what its own agency misses', misses('mx-fgr', 'mx-fgr/observers'), 'silent-gap', 'mx-fgr'],
    [
      'what nobody sees of those who may',
      histories(
        events,
        Object.fromEntries(
          Object.entries(seenBy).map(([reader, ids]) => [reader, ids.filter((id) => !id.includes('strict'))]),
        ),
      ),
      'lost',
      'all',
    ],
    [
      'an event of after its end, for who has ended',
      seesAlso('gt-exercise', 'late'),
      'seen-unentitled',
      'gt-exercise',
    ],
    [
      'the same, as a reader who goes on',
      seesAlso('gt-exercise', 'late'),
      'goes-on-after-end',
      'gt-exercise',
    ],
    [
      'a stream that stays open after its end',
      withoutNote('gt-exercise', 'closed'),
      'goes-on-after-end',
      'gt-exercise',
    ],
    [
      'a stream that is opened after its end',
      alsoNotes('gt-exercise', [{ at: 70_000, what: 'connected', cursor: keyOf('green-guest') }]),
      'goes-on-after-end',
      'gt-exercise',
    ],
    [
      'what an ended agency published after its end',
      alsoSent(sends('gt-exercise/late', 70_000, { tlp: 'CLEAR' })),
      'accepted-wrongly',
      'all',
    ],
    [
      'what names an ended agency after its end',
      alsoSent(
        sends(
          'to-ended',
          70_000,
          { tlp: 'AMBER_STRICT', audience: 'gt-exercise' },
          { tlp: 'AMBER_STRICT', readers: 'gt-exercise' },
        ),
      ),
      'accepted-wrongly',
      'all',
    ],
    [
      'an agency that is turned away while it takes part',
      alsoSent({ ...sends('gt-exercise/x', 30_000, { tlp: 'CLEAR' }), status: 401 }),
      'refused-wrongly',
      'all',
    ],
    [
      'an audience that is refused while all of it takes part',
      alsoSent({ ...sends('x', 30_000, strict), status: 403 }),
      'refused-wrongly',
      'all',
    ],
    [
      'a step that is refused although nothing stands against it',
      alsoSent({ ...step('x', 33_000, keyOf('closed')), status: 422 }),
      'refused-wrongly',
      'all',
    ],
    [
      'readers that are not those of the group',
      changedEvent('group-2', { stamp: { tlp: 'AMBER', readers: 'GT,BZ,HN' } }),
      'stamped-wrong',
      'mx-fgr',
    ],
    [
      'a marking that is not what was asked',
      changedEvent('strict', { stamp: { tlp: 'AMBER', readers: 'gt-pgn,mx-fgr' } }),
      'stamped-wrong',
      'gt-pgn',
    ],
    ['two steps that both count', changedEvent('gt-pgn/closed', { isVoid: false }), 'two-count', 'all'],
    ['a second step that counts', changedEvent('gt-pgn/closed', { isVoid: false }), 'void-wrongly', 'gt-pgn'],
    ['a first step that is void', changedEvent('closed', { isVoid: true }), 'void-wrongly', 'mx-fgr'],
    ['a reader for whom the other one counts', swapped('gt-pgn'), 'lanes-differ', 'gt-pgn'],
    [
      'a thread in which a step is before the one that it follows',
      withThread(['closed', 'referred']),
      'before-followed',
      'library for mx-fgr, thread',
    ],
    [
      'a step that goes on with a case that was taken back',
      takenBack(step('x', 34_000, keyOf('closed'))),
      'accepted-wrongly',
      'all',
    ],
    ['a step of a case that comes behind its recall', lateStep(), 'seen-unentitled', 'gt-pgn'],
    ['RED seen by a system', red(70_000, { 'gt-pgn': [...gtSees, 'red'] }), 'seen-unentitled', 'gt-pgn'],
    [
      'RED seen by a person whose agency it does not name',
      red(70_000, { 'mx-fgr': [...(seenBy[owner] ?? []), 'red'] }),
      'seen-unentitled',
      'mx-fgr',
    ],
    [
      'RED seen by who is cleared no more',
      red(96_000, { 'gt-pgn/duty': [...gtSees, 'red'] }),
      'seen-unentitled',
      'gt-pgn/duty',
    ],
    ['RED missed by who is cleared', red(69_000, { 'gt-pgn/duty': gtSees }), 'lost', 'all'],
    [
      'what is seen before its second signature is given',
      red(75_000, { 'gt-pgn/duty': [...gtSees, 'red'] }, 70_000),
      'seen-unentitled',
      'gt-pgn/duty',
    ],
    [
      'what civil society says without a sponsor',
      everybodySees(signedBy('cr-oij', said)),
      'accepted-wrongly',
      'all',
    ],
    [
      'what another signs for civil society',
      everybodySees(signedBy('mx-fgr', { ...said, at: 70_500 })),
      'accepted-wrongly',
      'all',
    ],
    ...[
      { ...bothCleared, signer: 'gt-pgn/releaser' },
      { ...bothCleared, author: 'gt-pgn/night' },
    ].map((by): [string, Histories, ViolationCode, string] => [
      `a version of what is RED by ${by.author} and ${by.signer}, one of whom may not read that`,
      redVersion(by),
      'accepted-wrongly',
      'all',
    ]),
    [
      'a version of what is RED, refused to two who read it',
      redVersion(bothCleared, 422),
      'refused-wrongly',
      'all',
    ],
    ['a change by who has handed over his office', withIntrusion(200), 'changed-wrongly', 'all'],
  ])('finds %s', (_title, all, code, reader) => {
    expect(found(all)).toContainEqual([code, reader]);
  });

  test.each<[string, Histories]>([
    [
      'a step that is refused since its case was taken back',
      takenBack({ ...step('x', 34_000, keyOf('closed')), status: 422 }),
    ],
    ['RED seen by who is cleared', red(70_000, { 'gt-pgn/duty': [...gtSees, 'red'] })],
    ['a version of what is RED by two who read it', redVersion(bothCleared)],
    [
      'a version of what is RED, refused to who may not read it',
      redVersion({ ...bothCleared, signer: 'gt-pgn/releaser' }, 422),
    ],
    ['what civil society says with its sponsor', everybodySees(signedBy('cr-oij', { ...said, at: 70_500 }))],
    ['a thread in its order', withThread(['referred', 'closed', 'gt-pgn/closed'])],
    ['who is refused after he has handed over his office', withIntrusion(403)],
    [
      'an agency that is turned away after its end',
      alsoSent({ ...sends('gt-exercise/x', 70_000, { tlp: 'CLEAR' }), status: 401 }),
    ],
    [
      'an audience with one who has ended, refused',
      alsoSent({ ...sends('x', 70_000, { tlp: 'AMBER', audience: 'MX,gt-exercise' }), status: 403 }),
    ],
    [
      'a step that is refused since another one was first',
      alsoSent({ ...step('gt-pgn/x', 33_000, keyOf('referred')), status: 422 }),
    ],
    [
      'a stream that is over within five seconds of the end of its agency',
      alsoNotes('gt-exercise', [{ at: 64_000, what: 'closed' }], withoutNote('gt-exercise', 'closed')),
    ],
  ])('passes %s', (_title, all) => {
    expect(check(all)).toEqual({ ok: true, violations: [] });
  });

  test('an outage gives who has ended the time until the exchange was ready again, and five seconds', () => {
    const late = { at: 80_000, what: 'closed' } as const;
    const all = alsoNotes('gt-exercise', [late], withoutNote('gt-exercise', 'closed'));
    expect(found(all)).toEqual([['goes-on-after-end', 'gt-exercise']]);
    const outages = [{ from: 61_000, to: 79_000, readyMs: 0 }];
    expect(found({ ...all, outages })).toEqual([]);
  });

  test('what an office has published is for its present holder', () => {
    expect(found(office('ppt-office'))).not.toContainEqual(['seen-unentitled', 'ppt-office']);
    expect(found(office('es-interior'))).toContainEqual(['seen-unentitled', 'es-interior']);
  });
});

function lateStep(): Histories {
  const at = 40_000;
  const closed = keyOf('closed');
  const late = { at, what: 'seen', event: closed, cursor: 'y', stamp: forBoth } as const;
  const all = takenBack();
  const readers = all.readers.map((history) => ({
    ...history,
    notes: history.notes.map((note) =>
      history.reader === 'gt-pgn' && note.what === 'seen' && note.event === closed ? late : note,
    ),
  }));
  return { ...all, readers };
}

function withoutNote(reader: string, what: ReaderNote['what']): Histories {
  const sound = histories();
  return {
    ...sound,
    readers: sound.readers.map((history) =>
      history.reader === reader
        ? { ...history, notes: history.notes.filter((note) => note.what !== what) }
        : history,
    ),
  };
}
