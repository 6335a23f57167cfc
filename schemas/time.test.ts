import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayMs, formatDay, formatInstant, parseDay, parseInstant } from './time.ts';

const first = Date.UTC(1000, 0, 1);
const last = Date.UTC(10_000, 0, 1) - 1;

test('every day is read as it is written', () => {
  fc.assert(
    fc.property(fc.integer({ min: first / dayMs, max: Math.floor(last / dayMs) }), (day) => {
      expect(parseDay(formatDay(day * dayMs))).toBe(day * dayMs);
    }),
  );
});

test('every instant is read as it is written', () => {
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (ms) => {
      expect(parseInstant(formatInstant(ms))).toBe(ms);
    }),
  );
});

test.each([
  '2021-02-30',
  '2021-02-29',
  '1900-02-29',
  '2021-04-31',
  '2021-13-01',
  '2021-00-10',
  '2021-01-00',
  '2021-1-1',
  '21-01-01',
  '20210101',
  ' 2021-01-01',
  '2021-01-01 ',
  '+02021-01-01',
  '2021-01-01T00:00:00Z',
  '0999-01-01',
  '',
])('%j is no day', (text) => {
  expect(parseDay(text)).toBeUndefined();
});

test('the first and the last instant of the four-digit years are instants', () => {
  expect([parseInstant('1000-01-01T00:00:00Z'), parseInstant('9999-12-31T23:59:59.999Z')]).toEqual([
    first,
    last,
  ]);
});

test('leap days are days', () => {
  expect(formatDay(parseDay('2024-02-29') ?? 0)).toBe('2024-02-29');
  expect(formatDay(parseDay('2000-02-29') ?? 0)).toBe('2000-02-29');
});

test.each([
  ['2026-01-31T18:00:00Z', '2026-01-31T18:00:00.000Z'],
  ['2026-01-31t18:00:00z', '2026-01-31T18:00:00.000Z'],
  ['2026-01-31T18:00:00.123456789-06:00', '2026-02-01T00:00:00.123Z'],
  ['2026-03-01T00:30:00+05:30', '2026-02-28T19:00:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(formatInstant(parseInstant(text) ?? 0)).toBe(instant);
});

test.each([
  '2026-01-31T18:00:00',
  '2026-01-31',
  '2026-01-31T24:00:00Z',
  '2026-01-31T18:60:00Z',
  '2026-01-31T23:59:60Z',
  '2026-02-30T18:00:00Z',
  '2026-01-31 18:00:00Z',
  '2026-01-31T18:00Z',
  '2026-01-31T18:00:00+24:00',
  '2026-01-31T18:00:00.Z',
  '9999-12-31T23:59:59-01:00',
  '1000-01-01T00:00:00+01:00',
  '2026-01-31T18:00:00Z\n',
  'Sat, 31 Jan 2026 18:00:00 GMT',
])('%j is no instant', (text) => {
  expect(parseInstant(text)).toBeUndefined();
});
