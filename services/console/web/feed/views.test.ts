import { expect, test } from 'vitest';
import { feedAddress, readAddress } from './address.ts';
import { shownViews, toggled, viewsIn } from './views.ts';

test('views of an address: those that there are, else what there is room for', () => {
  expect(viewsIn('timeline,list,none')).toEqual(['list', 'timeline']);
  expect([viewsIn('none'), viewsIn(null)]).toEqual([undefined, undefined]);
  expect(shownViews(undefined, true)).toEqual(['list', 'map', 'timeline']);
  expect(shownViews(undefined, false)).toEqual(['list']);
  expect(shownViews(['map', 'timeline'], false)).toEqual(['map']);
});

test('side by side they are switched each, one alone is left; where there is room for one, another takes its place', () => {
  expect(toggled(['list', 'map', 'timeline'], 'map', true)).toEqual(['list', 'timeline']);
  expect(toggled(['list', 'timeline'], 'map', true)).toBeUndefined();
  expect(toggled(['map'], 'map', true)).toEqual(['map']);
  expect(toggled(['list'], 'map', false)).toEqual(['map']);
});

test('an address says all of what is seen, and is read again as it was', () => {
  const address =
    '/?country=GT%2CMX&from=2026-01-01T00%3A00%3A00.000Z&period=1d&by=day&view=map&open=mx-fgr%2Fa';
  expect(feedAddress(readAddress(address.slice(1)))).toBe(address);
  expect(feedAddress(readAddress(''))).toBe('/');
});
