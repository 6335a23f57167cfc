import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test.each([
  ['a\n\tb', 'a b'],
  ['\u001b[2J\u001b]0;title\u0007red', 'red'],
  ['\u202egnp.exe', 'gnp.exe'],
  ['Ciudad Juárez, niñas y niños', 'Ciudad Juárez, niñas y niños'],
  ['a\u0085b\u009b31mc', 'abc'],
])('%j becomes %j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});

test('nothing that a terminal would obey is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
  );
});
