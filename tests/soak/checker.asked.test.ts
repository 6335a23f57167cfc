import { describe, expect, test } from 'vitest';
import { check } from './checker.ts';
import { demonstrationWorld } from './demonstration.ts';
import type { AskedLook, Histories } from './history.ts';
import { keyOf, owner } from './sound.ts';
import { histories } from './sound-threads.ts';
import type { ViolationCode } from './violations.ts';

/** What its owner is told of acknowledgements, wrong in one way each: `c` is AMBER for GT, which answers at 12 s and takes that back at 13 s. */

type Line = AskedLook['lines'][number];

const dueAt = 12_500;
const answer = 'gt-pgn/c';
const agencies = Object.entries(demonstrationWorld().agencies).flatMap(([id, code]) =>
  code === 'GT' ? [id] : [],
);
const line: Line = { participant: 'GT', agencies, asked: true, overdue: false, answers: [] };
const before: AskedLook = { event: keyOf('c'), askedAt: 11_500, at: 11_600, dueAt, lines: [line] };
const answered: AskedLook = {
  ...before,
  askedAt: 12_200,
  at: 12_300,
  lines: [{ ...line, answers: [answer] }],
};
const late: AskedLook = { ...before, askedAt: 13_500, at: 13_600, lines: [{ ...line, overdue: true }] };
const withLook = (look: AskedLook, change: Partial<Line> = {}): Histories => ({
  ...histories(),
  asked: [{ ...look, lines: look.lines.map((one) => ({ ...one, ...change })) }],
});
const told = `library for ${owner}, asked`;

describe('the checker, of acknowledgements that are asked for,', () => {
  test.each([
    ['nobody has answered', before],
    ['one has answered', answered],
    ['the answer was taken back, and it is late', late],
    ['it asks nobody', { ...before, dueAt: undefined, lines: [] }],
  ])('passes a sound history: %s', (_title, look) => {
    expect(check(withLook(look))).toEqual({ ok: true, violations: [] });
  });

  test.each<[string, Histories, ViolationCode]>([
    ['one who may not read it', withLook(before, { agencies: [...agencies, 'co-fgn'] }), 'asked-wrongly'],
    ['its owner', withLook(before, { agencies: [...agencies, owner] }), 'asked-wrongly'],
    ['not one of its readers', withLook(before, { agencies: agencies.slice(1) }), 'asked-wrongly'],
    ['nobody, where it asks', withLook({ ...before, lines: [] }), 'asked-wrongly'],
    ['somebody, where it does not', withLook({ ...before, dueAt: undefined }), 'asked-wrongly'],
    [
      'each agency of a participant',
      withLook({ ...before, lines: agencies.map((id) => ({ ...line, agencies: [id] })) }),
      'asked-wrongly',
    ],
    ['an answer that is not shown', withLook(answered, { answers: [] }), 'answers-wrong'],
    ['an answer that is shown before it is given', withLook(before, { answers: [answer] }), 'answers-wrong'],
    ['an answer that was taken back', withLook(late, { answers: [answer] }), 'answers-wrong'],
    ['an answer that nobody gave', withLook(before, { answers: ['gt-mp/c'] }), 'answers-wrong'],
    ['overdue before its time', withLook(before, { overdue: true }), 'overdue-wrongly'],
    ['overdue though it is answered', withLook(answered, { overdue: true }), 'overdue-wrongly'],
    ['not overdue after its time', withLook(late, { overdue: false }), 'overdue-wrongly'],
  ])('finds %s', (_title, all, code) => {
    expect(check(all).violations.map((one) => [one.code, one.reader])).toContainEqual([code, told]);
  });
});
