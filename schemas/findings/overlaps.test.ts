import { expect, test } from 'vitest';
import { certain, doubtful } from './finding.ts';
import { withoutOverlaps } from './overlaps.ts';

test('the surer stands, of equals the first found; the answer is in the order of the text', () => {
  const found = [
    doubtful('name', 5, 10),
    certain('phone', 30, 8),
    certain('email', 12, 9),
    certain('identifier', 32, 9),
  ];
  expect(withoutOverlaps(found)).toEqual([certain('email', 12, 9), certain('phone', 30, 8)]);
  expect(withoutOverlaps([doubtful('name', 0, 5), certain('email', 5, 3)])).toHaveLength(2);
  expect(withoutOverlaps([])).toEqual([]);
});
