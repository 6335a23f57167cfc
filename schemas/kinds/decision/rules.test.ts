import { describe, expect, test } from 'vitest';
import { type Tlp, tlpMarkings } from '../../code-lists.ts';
import { decision } from './rules.ts';

const now = Date.UTC(2026, 3, 1);
const earlier = ['/v1/events/ts-office/decision-3'];

/** A sound entry of the register, with what the case changes. */
function decisionWith(change: Record<string, unknown>): Record<string, unknown> {
  return {
    status: 'EXERCISE',
    document: 'DECISION',
    step: 'ADOPTED',
    meeting: { number: 99, country: 'PA', dates: { from: '2026-03-18', to: '2026-03-19' } },
    number: 3,
    information: [{ language: 'es', title: 'EJERCICIO', text: 'Texto.' }],
    references: earlier,
    ...change,
  };
}

function broken(change: Record<string, unknown>, tlp: Tlp | 'unmarked' = 'CLEAR'): string[] {
  return decision
    .rules(decisionWith(change), { tlp: tlp === 'unmarked' ? undefined : tlp, now })
    .map(({ pointer, rule }) => `${pointer.replace('/data/', '')} ${rule}`);
}

const steps = {
  RECOMMENDED: { step: 'RECOMMENDED', references: [] },
  ADOPTED: { step: 'ADOPTED' },
  FOLLOW_UP: { step: 'FOLLOW_UP', followUp: 'UNDER_WAY' },
} as const;
const markings = { RECOMMENDED: 'AMBER', ADOPTED: 'CLEAR', FOLLOW_UP: 'CLEAR' } as const;
const names = ['RECOMMENDED', 'ADOPTED', 'FOLLOW_UP'] as const;

describe('AMBER while recommended, CLEAR once adopted', () => {
  test.each(names)('%s', (name) => {
    for (const tlp of tlpMarkings) {
      const expected = tlp === markings[name] ? [] : ['/tlp decision/tlp'];
      expect([tlp, broken(steps[name], tlp)]).toEqual([tlp, expected]);
    }
    expect(broken(steps[name], 'unmarked')).toEqual([]);
  });
});

test('a recommendation is for members, and for the bodies that are named', () => {
  const said = (audience: string | undefined) =>
    decision
      .rules(decisionWith(steps.RECOMMENDED), { tlp: 'AMBER', audience, now })
      .map(({ pointer, rule }) => `${pointer} ${rule}`);
  for (const audience of [undefined, 'MEMBERS', 'MEMBERS, TS', 'RCGM,PPT,MEMBERS'])
    expect([audience, said(audience)]).toEqual([audience, []]);
  for (const audience of ['', 'GT,MX', 'MEMBERS,OBSERVERS', 'TS', 'MEMBERS,'])
    expect([audience, said(audience)]).toEqual([audience, ['/audience decision/audience']]);
});

describe('the register is a chain', () => {
  test.each(names)('%s refers to the one before it, and to nothing else', (name) => {
    const said = (references: unknown) => broken({ ...steps[name], references }, markings[name]);
    const wrong = ['references decision/references'];
    const isFirst = name === 'RECOMMENDED';
    expect(said([])).toEqual(isFirst ? [] : wrong);
    expect(said(earlier)).toEqual(isFirst ? wrong : []);
    expect(said([...earlier, '/v1/events/ts-office/decision-4'])).toEqual(wrong);
  });

  test.each(names)('%s: only a follow-up says what has become of it', (name) => {
    const said = (followUp: unknown) => broken({ ...steps[name], followUp }, markings[name]);
    const wrong = ['followUp decision/follow-up'];
    expect([said('FULFILLED'), said(null)]).toEqual(name === 'FOLLOW_UP' ? [[], wrong] : [wrong, []]);
  });

  test('of a step that was found wrong before nothing is asked', () => {
    expect(broken({ step: undefined, references: [], followUp: 'FULFILLED' }, 'RED')).toEqual([
      'step required',
    ]);
  });
});

test('nothing is adopted before the meeting begins; it may be recommended a year before', () => {
  const meetingOn = (from: string) => ({ meeting: { number: 99, country: 'PA', dates: { from } } });
  expect(broken(meetingOn('2026-04-01'))).toEqual([]);
  expect(broken(meetingOn('2026-04-02'))).toEqual(['step decision/adopted']);
  expect(broken({ ...steps.FOLLOW_UP, ...meetingOn('2026-04-02') })).toEqual(['step decision/adopted']);
  expect(broken({ ...steps.RECOMMENDED, ...meetingOn('2027-03-31') }, 'AMBER')).toEqual([]);
  expect(broken(meetingOn('2007-04-26'))).toEqual([]);
});

test.each([
  ['2026-03-18', []],
  ['2030-12-31', []],
  ['2026-03-17', ['due decision/due']],
  ['2036-05-01', ['due decision/due']],
  [null, []],
])('due on %p', (due, expected) => {
  expect(broken({ due })).toEqual(expected);
});

test('numbers count from one, and texts are bounded', () => {
  expect(broken({ number: 1_000 })).toEqual([]);
  expect(broken({ number: 0 })).toEqual(['number range']);
  expect(broken({ number: 1_001 })).toEqual(['number range']);
  const text = (length: number) => [{ language: 'es', title: 'E', text: 'x'.repeat(length) }];
  expect(broken({ information: text(50_000) })).toEqual([]);
  expect(broken({ information: text(50_001) })).toEqual(['information/0/text length']);
  const meeting = { number: 99, country: 'PA', dates: { from: '2026-03-18' }, locality: 'x'.repeat(201) };
  expect(broken({ meeting })).toEqual(['meeting/locality length']);
});

describe('facets', () => {
  test('where it was decided and who carries it out, what document, the days of the meeting', () => {
    expect(decision.facets(decisionWith({ responsible: ['GT', 'IOM', 'PA'] }))).toEqual({
      countries: ['PA', 'GT'],
      category: 'DECISION',
      legs: [],
      exploitation: [],
      groups: [],
      severity: null,
      languages: ['es'],
      from: Date.UTC(2026, 2, 18),
      to: Date.UTC(2026, 2, 20) - 1,
    });
  });

  test('a meeting of one day ends with it; of nothing there are none', () => {
    const { from, to } = decision.facets({ meeting: { dates: { from: '2026-03-18' } } });
    expect([from, to]).toEqual([Date.UTC(2026, 2, 18), Date.UTC(2026, 2, 19) - 1]);
    expect(decision.facets({})).toMatchObject({ countries: [], category: null, from: null, to: null });
  });
});
