import { expect, test } from 'vitest';
import { isWithin, localTime } from './local-time.ts';

const at = (instant: string, zone: string): string => localTime(Date.parse(instant), zone);

test('the same instant is another hour on each side of a border', () => {
  expect(at('2026-03-04T18:00:00Z', 'America/Costa_Rica')).toBe('12:00');
  expect(at('2026-03-04T18:00:00Z', 'America/Panama')).toBe('13:00');
});

test('where the clocks change, the same hour of UTC is another one there', () => {
  // In Tijuana summer time of 2026 begins on 8 March and ends on 1 November, at 2 in the morning.
  expect(at('2026-03-08T09:59:00Z', 'America/Tijuana')).toBe('01:59');
  expect(at('2026-03-08T10:00:00Z', 'America/Tijuana')).toBe('03:00');
  expect(at('2026-11-01T08:30:00Z', 'America/Tijuana')).toBe('01:30');
  expect(at('2026-11-01T09:30:00Z', 'America/Tijuana')).toBe('01:30');
});

test('where they do not, they do not: Guatemala, and most of Mexico since 2022', () => {
  for (const zone of ['America/Guatemala', 'America/Mexico_City']) {
    expect(at('2026-01-15T18:00:00Z', zone)).toBe('12:00');
    expect(at('2026-07-15T18:00:00Z', zone)).toBe('12:00');
  }
});

test('midnight is 00:00, and a zone that there is not is an error', () => {
  expect(at('2026-03-04T06:00:00Z', 'America/Guatemala')).toBe('00:00');
  expect(() => at('2026-03-04T06:00:00Z', 'America/Nowhere')).toThrow(RangeError);
});

test('permitted hours are local: in summer the same hours begin an hour earlier by UTC', () => {
  const hours = { from: '08:00', to: '17:00' };
  const may = (instant: string): boolean => isWithin(Date.parse(instant), hours, 'America/Tijuana');
  expect(['15:59', '16:00'].map((time) => may(`2026-03-07T${time}:00Z`))).toEqual([false, true]);
  expect(['14:59', '15:00'].map((time) => may(`2026-03-08T${time}:00Z`))).toEqual([false, true]);
  expect(['00:00', '00:01'].map((time) => may(`2026-11-01T${time}:00Z`))).toEqual([true, false]);
  expect(['01:00', '01:01'].map((time) => may(`2026-11-02T${time}:00Z`))).toEqual([true, false]);
});
