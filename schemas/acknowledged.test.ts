import { describe, expect, test } from 'vitest';
import {
  type AskingEvent,
  acknowledgedOf,
  askedToAcknowledge,
  demonstrationRegister,
  directoryAt,
  noThreadStates,
  type ThreadState,
} from './index.ts';

const now = Date.UTC(2026, 5, 1);
const directory = directoryAt(demonstrationRegister, now);
const past = now - 1;
const ahead = now + 1;
const alert = { agency: 'mx-fgr', id: 'a', kind: 'alert' } as const;
const strict = { ...alert, tlp: 'AMBER_STRICT', readers: 'gt-mp,gt-pgn' } as const;
const amber = { ...alert, tlp: 'AMBER', readers: 'GT,sv-fgr' } as const;

type Line = readonly [agencies: string, answered: string, state: 'asked' | 'overdue' | 'unasked'];

/** `answered` are those who have, in no order. */
function linesOf(event: AskingEvent, answered: readonly string[]): Line[] {
  const answers = answered.map((agency) => ({ agency }));
  const groups = askedToAcknowledge(event, directory, noThreadStates);
  return acknowledgedOf(event, groups, answers, now).map((line) => [
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

const askedOfAll = (event: AskingEvent, state?: ThreadState): string[] =>
  askedToAcknowledge(event, directory, { of: (name) => (name === 'mx-fgr/a' ? state : undefined) }).map(
    ({ agencies }) => agencies.join(),
  );

test('guests are not asked: they acknowledge nothing', () => {
  expect(askedOfAll({ ...amber, readers: 'GT,ES', ackby: ahead })).toEqual([guatemala]);
  expect(askedOfAll({ ...amber, readers: 'ES', ackby: ahead })).toEqual([]);
});

test('whoever has lost sight of it is not asked any more', () => {
  const event = { ...strict, ackby: past };
  const newest = { ...strict, id: 'b', readers: 'gt-mp' };
  expect(askedOfAll(event, { newest })).toEqual(['gt-mp']);
  const recalled = { ...strict, of: '/v1/events/mx-fgr/a', recall: 'mx-fgr/r', reason: 'OTHER', at: past };
  expect(askedOfAll(event, { recalled })).toEqual([]);
});

test('what is for everybody asks nobody, whatever stands in its lane', () => {
  expect(askedOfAll({ ...alert, tlp: 'GREEN', ackby: past })).toEqual([]);
});
