import { expect, test } from 'vitest';
import { freshnessOf, type Register } from './index.ts';

const hourMs = 3_600_000;
const now = Date.UTC(2026, 5, 1);
const nothing: Pick<Register, 'outages' | 'habits'> = { outages: [], habits: [] };
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hourMs).toISOString();

/** Heard at those hours before now, and last at the least of them. */
function heard(hoursAgo: readonly number[]) {
  const times = hoursAgo.map((hours) => now - hours * hourMs).sort((a, b) => a - b);
  return { times, last: times.at(-1) };
}
/** Every so many hours, the last time that many ago. */
const every = (hours: number, count: number, last: number): number[] =>
  Array.from({ length: count }, (_, index) => last + index * hours);
const verdict = (hoursAgo: readonly number[], register = nothing) =>
  freshnessOf('HN', heard(hoursAgo), register, now).verdict;

test('is silent for longer than its own habit, and fresh till then', () => {
  expect(verdict(every(10, 30, 9))).toBe('FRESH');
  expect(freshnessOf('HN', heard(every(10, 30, 36)), nothing, now)).toEqual({
    verdict: 'SILENT',
    heard: at(36),
    silentHours: 36,
    habit: { hours: 10, by: 'EVENTS' },
    outage: null,
  });
});

test('its habit is the 95th percentile of its gaps: one long gap in 20 is none', () => {
  const gaps = [...Array.from({ length: 38 }, () => 2), 48, 48];
  const hours = [1];
  for (const gap of gaps) hours.push((hours.at(-1) ?? 0) + gap);
  expect(freshnessOf('HN', heard(hours), nothing, now).habit).toEqual({ hours: 2, by: 'EVENTS' });
  const longer = [...hours, (hours.at(-1) ?? 0) + 48];
  expect(freshnessOf('HN', heard(longer), nothing, now).habit).toEqual({ hours: 48, by: 'EVENTS' });
});

test('is not judged by fewer than 20 gaps, nor when it was never heard', () => {
  expect(verdict(every(1, 21, 500))).toBe('SILENT');
  expect(verdict(every(1, 20, 500))).toBe('NOT_JUDGED');
  const never = freshnessOf('HN', { times: [], last: undefined }, nothing, now);
  expect(never).toEqual({
    verdict: 'NOT_JUDGED',
    heard: null,
    silentHours: null,
    habit: 'NOT_JUDGED',
    outage: null,
  });
});

test('a habit set by hand counts instead while it is in force, also of who was never heard', () => {
  const habit = { participant: 'HN', hours: 4, from: at(100), to: null };
  const byHand = { ...nothing, habits: [habit] };
  expect(verdict([5], byHand)).toBe('SILENT');
  expect(verdict([3], byHand)).toBe('FRESH');
  expect(verdict([], byHand)).toBe('SILENT');
  for (const other of [
    { ...habit, participant: 'GT' },
    { ...habit, to: at(1) },
  ])
    expect(verdict([5], { ...nothing, habits: [other] })).toBe('NOT_JUDGED');
});

test('an outage that it has declared is no silence, nor what it needs after it, and says nothing of its habit', () => {
  const outage = { participant: 'HN', from: at(30), to: null };
  const regular = every(10, 30, 36);
  const declared = { ...nothing, outages: [outage] };
  expect(freshnessOf('HN', heard(regular), declared, now)).toMatchObject({
    verdict: 'DECLARED_OUTAGE',
    outage: { from: at(30), to: null },
  });
  expect(verdict(regular, { ...nothing, outages: [{ ...outage, to: at(9) }] })).toBe('FRESH');
  expect(verdict(regular, { ...nothing, outages: [{ ...outage, to: at(11) }] })).toBe('SILENT');
  expect(verdict(regular, { ...nothing, outages: [{ ...outage, participant: 'GT' }] })).toBe('SILENT');
  // Gaps of 10 h, and two of 500 h, of which one was declared.
  const twice = [...every(10, 20, 1), 691, 1_191];
  const before = { participant: 'HN', from: at(690), to: at(200) };
  const without = freshnessOf('HN', heard(twice), nothing, now).habit;
  expect(without).toEqual({ hours: 500, by: 'EVENTS' });
  const told = freshnessOf('HN', heard(twice), { ...nothing, outages: [before] }, now).habit;
  expect(told).toEqual({ hours: 10, by: 'EVENTS' });
});
