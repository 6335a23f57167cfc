import { expect, test } from '@jest/globals';
import { dayMs, formatInstant } from '../time.ts';
import { ackbyRules } from './ackby.ts';

const now = Date.UTC(2026, 5, 1);
const inMs = (ms: number): string => formatInstant(now + ms);

test.each([
  ['AMBER', inMs(1), false, []],
  ['AMBER_STRICT', inMs(90 * dayMs), false, []],
  ['RED', inMs(dayMs), false, []],
  ['AMBER', inMs(0), false, ['ackby/past']],
  ['AMBER', inMs(90 * dayMs + 1), false, ['ackby/far']],
  ['AMBER', '2026-06-01T02:00:00+02:00', false, ['ackby/past']],
  ['CLEAR', inMs(dayMs), false, ['ackby/marking']],
  ['GREEN', inMs(-dayMs), false, ['ackby/marking', 'ackby/past']],
  ['AMBER_STRICT', inMs(dayMs), true, ['ackby/answer']],
  [undefined, inMs(dayMs), false, []],
  ['AMBER', 'tomorrow', false, []],
] as const)('%s, until %s, an answer: %s', (tlp, ackby, isAnswer, rules) => {
  expect(ackbyRules(ackby, { tlp, isAnswer, now }).map(({ rule }) => rule)).toEqual(rules);
});
