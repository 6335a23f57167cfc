import { describe, expect, test } from '@jest/globals';
import {
  type AskingEvent,
  acknowledgedOf,
  askedToAcknowledge,
  demonstrationRegister,
  directoryAt,
  isAskedToAcknowledge,
  readerOf,
} from './index.ts';

const now = Date.UTC(2026, 5, 1);
const directory = directoryAt(demonstrationRegister, now);
const past = now - 1;
const ahead = now + 1;
const strict = { agency: 'mx-fgr', tlp: 'AMBER_STRICT', readers: 'gt-mp,gt-pgn' } as const;
const amber = { agency: 'mx-fgr', tlp: 'AMBER', readers: 'GT,sv-fgr' } as const;

type Line = readonly [agencies: string, answered: string, state: 'asked' | 'overdue' | 'unasked'];

/** `answered` are those who have, in no order. */
function linesOf(event: AskingEvent, answered: readonly string[]): Line[] {
  const answers = answered.map((agency) => ({ agency }));
  return acknowledgedOf(event, answers, directory, now).map((line) => [
    line.agencies.join(),
    line.answers.map(({ agency }) => agency).join(),
    line.overdue ? 'overdue' : line.asked ? 'asked' : 'unasked',
  ]);
}

const guatemala = 'gt-igm,gt-pgn,gt-svet,gt-mp';

describe('one answer is enough for a line, whenever it comes', () => {
  test.each<[string, AskingEvent, string[], Line[]]>([
    [
      'in time',
      { ...strict, ackby: ahead },
      [],
      [
        ['gt-pgn', '', 'asked'],
        ['gt-mp', '', 'asked'],
      ],
    ],
    [
      'above AMBER each agency',
      { ...strict, ackby: past },
      ['gt-mp'],
      [
        ['gt-pgn', '', 'overdue'],
        ['gt-mp', 'gt-mp', 'asked'],
      ],
    ],
    [
      'at AMBER one of a participant',
      { ...amber, ackby: past },
      ['gt-mp'],
      [
        ['sv-fgr', '', 'overdue'],
        [guatemala, 'gt-mp', 'asked'],
      ],
    ],
    [
      'two of a participant',
      { ...amber, ackby: past },
      ['gt-mp', 'gt-igm'],
      [
        ['sv-fgr', '', 'overdue'],
        [guatemala, 'gt-mp,gt-igm', 'asked'],
      ],
    ],
    ['nobody is asked', amber, ['gt-mp'], [['gt-mp', 'gt-mp', 'unasked']]],
    [
      'one is not any more',
      { ...strict, ackby: past },
      ['gt-mp', 'gt-pgn', 'hn-inm'],
      [
        ['gt-pgn', 'gt-pgn', 'asked'],
        ['gt-mp', 'gt-mp', 'asked'],
        ['hn-inm', 'hn-inm', 'unasked'],
      ],
    ],
    [
      'who has a single instant has it whole',
      { ...strict, readers: 'gt-mp', ackby: now },
      [],
      [['gt-mp', '', 'asked']],
    ],
  ])('%s', (_, event, answered, lines) => {
    expect(linesOf(event, answered)).toEqual(lines);
  });
});

test('guests are not asked: they acknowledge nothing', () => {
  const event = { agency: 'mx-fgr', tlp: 'AMBER', readers: 'GT,ES', ackby: ahead } as const;
  expect(askedToAcknowledge(event, directory).map(({ participant }) => participant)).toEqual(['GT']);
  expect(askedToAcknowledge({ ...event, readers: 'ES' }, directory)).toEqual([]);
});

test.each([
  ['gt-mp', { ...strict, ackby: past }, true],
  ['gt-igm', { ...strict, ackby: past }, false],
  ['gt-igm', { ...amber, ackby: past }, true],
  ['gt-mp', strict, false],
  ['mx-fgr', { ...amber, readers: 'MX,GT', ackby: past }, false],
  ['mx-inm', { ...amber, readers: 'MX,GT', ackby: past }, true],
  ['es-interior', { ...amber, readers: 'ES', ackby: past }, false],
] as const)('%s is asked: %#', (agency, event, asked) => {
  const reader = readerOf(directory, agency);
  expect(reader && isAskedToAcknowledge(reader, event, directory)).toBe(asked);
});
