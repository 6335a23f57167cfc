import { expect, test } from 'vitest';
import { dayMs, formatInstant } from '../time.ts';
import { ackbyRules, lapsed } from './ackby.ts';

const now = Date.UTC(2026, 5, 1);
const inMs = (ms: number): string => formatInstant(now + ms);

test.each([
  ['AMBER', inMs(1), false, []],
  ['AMBER_STRICT', inMs(90 * dayMs), false, []],
  ['RED', inMs(dayMs), false, []],
  ['AMBER', inMs(0), false, []],
  ['AMBER', inMs(90 * dayMs + 1), false, ['ackby/far']],
  ['CLEAR', inMs(dayMs), false, ['ackby/marking']],
  ['GREEN', inMs(-dayMs), false, ['ackby/marking']],
  ['AMBER_STRICT', inMs(dayMs), true, ['ackby/answer']],
  [undefined, inMs(dayMs), false, []],
  ['AMBER', 'tomorrow', false, []],
] as const)('%s, until %s, an answer: %s', (tlp, ackby, isAnswer, rules) => {
  expect(ackbyRules(ackby, { tlp, isAnswer, now }).map(({ rule }) => rule)).toEqual(rules);
});

test.each([
  [inMs(1), []],
  [inMs(0), ['ackby/past']],
  ['2026-06-01T02:00:00+02:00', ['ackby/past']],
  [undefined, []],
  ['tomorrow', []],
] as const)('%s: %j', (ackby, rules) => {
  expect(lapsed({ ackby }, now).map(({ rule }) => rule)).toEqual(rules);
});
