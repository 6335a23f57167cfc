import { expect, test } from 'vitest';
import { centred, moved, onScreen, whole, zoomed } from './sight.ts';

const size = { width: 400, height: 300 };

test('what is zoomed about stays where it is', () => {
  const near = zoomed(whole, 4, [100, 50], size);
  expect(near.scale).toBe(4);
  expect(onScreen(near, [100, 50])).toEqual([100, 50]);
  expect(zoomed(near, 1 / 4, [100, 50], size)).toEqual(whole);
});

test('never smaller than whole, and never out of sight', () => {
  expect(zoomed(whole, 0.1, [0, 0], size)).toEqual(whole);
  const far = moved(whole, 10_000, -10_000, size);
  expect([far.x, far.y]).toEqual([200, -150]);
});

test('a place is brought to the middle', () => {
  const near = centred(zoomed(whole, 8, [0, 0], size), [300, 200], size);
  expect(onScreen(near, [300, 200])).toEqual([200, 150]);
});
