import { expect, test } from 'vitest';
import register from './code-lists/crossing-points.json' with { type: 'json' };
import { crossingPointOf, crossingPoints } from './crossing-points.ts';
import { localTime } from './local-time.ts';
import { participants } from './participants.ts';

const members = participants.filter(({ status }) => status === 'MEMBER').map(({ code }) => code);

test('every point is on the border of two members, is found by its id, and has a clock', () => {
  expect(crossingPoints.length).toBeGreaterThan(15);
  expect(new Set(crossingPoints.map(({ id }) => id)).size).toBe(crossingPoints.length);
  for (const { id, country, across, zone } of crossingPoints) {
    expect(id).toMatch(new RegExp(`^${country.toLowerCase()}-[a-z]+(-[a-z]+)*$`));
    expect(members).toEqual(expect.arrayContaining([country, across]));
    expect(country).not.toBe(across);
    expect(localTime(0, zone)).toMatch(/^\d\d:\d\d$/);
    expect(crossingPointOf(id)?.id).toBe(id);
  }
  expect(crossingPointOf('gt-nowhere')).toBeUndefined();
});

test('coordinates are no finer than the town, and every point says what it rests on', () => {
  for (const { latitude, longitude, basis, unlocode, country } of register.values) {
    for (const degrees of [latitude, longitude])
      expect(Math.round(degrees * 10)).toBeCloseTo(degrees * 10, 9);
    expect(register.source).toContain(`${basis}: `);
    expect(unlocode !== null).toBe(basis === 'UN_LOCODE');
    if (unlocode !== null) expect(unlocode).toMatch(new RegExp(`^${country}[A-Z]{3}$`));
  }
});
