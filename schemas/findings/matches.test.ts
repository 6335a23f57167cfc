import { expect, test } from 'vitest';
import { matchesOf } from './matches.ts';

test('all matches, as matchAll has them, however often it is asked', () => {
  const pattern = /a(?<digit>\d)/dgu;
  const text = 'a1 b a2 a a3';
  for (let i = 0; i < 2; i++) expect(matchesOf(pattern, text)).toEqual([...text.matchAll(pattern)]);
  expect(matchesOf(pattern, 'b')).toEqual([]);
});
