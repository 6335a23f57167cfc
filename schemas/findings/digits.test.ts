import { expect, test } from 'vitest';
import { hasDigits } from './digits.ts';

test('digits count as one run across two other characters, and no more', () => {
  expect(hasDigits('(305) 555-0', 7)).toBe(true);
  expect(hasDigits('12 and 34 and 567', 5)).toBe(false);
  expect(hasDigits('3 de marzo', 1)).toBe(true);
  expect(hasDigits('marzo', 1)).toBe(false);
  expect(hasDigits('123456', 7)).toBe(false);
  expect(hasDigits('123456', 6)).toBe(true);
});
