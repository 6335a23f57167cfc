import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';
import { findInText } from './text-findings.ts';

test('spaces, hyphens and digits of other sets become those of ASCII', () => {
  expect(plainText('+502\u00a05555\u20110134 ０１２ ana＠example.org')).toBe(
    '+502 5555-0134 012 ana@example.org',
  );
});

test('a text keeps its length, whatever it holds', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => plainText(text).length === text.length));
});

test('spans are those of the text that was sent, characters of two units included', () => {
  const text = '🚨 Llame al +502\u00a05555\u20110134';
  expect(findInText(text)).toEqual([
    { finding: 'phone', certainty: 'CERTAIN', start: text.indexOf('+'), length: 14 },
  ]);
});
