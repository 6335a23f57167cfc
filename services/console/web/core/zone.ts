import { computed, signal } from '@preact/signals';
import { language } from './language.ts';
import { remembered } from './remembered.ts';

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** What is offered: the reader's own, UTC, and where the participants' capitals are. */
export const zones: readonly string[] = [
  ...new Set([
    own,
    'UTC',
    'America/Mexico_City',
    'America/Guatemala',
    'America/Tegucigalpa',
    'America/El_Salvador',
    'America/Managua',
    'America/Costa_Rica',
    'America/Panama',
    'America/Belize',
    'America/Santo_Domingo',
    'America/New_York',
    'America/Toronto',
  ]),
];

const kept = remembered('zone', (text) => zones.find((zone) => zone === text));
export const zone = signal<string>(kept.read() ?? own);

export function chooseZone(next: string): void {
  kept.write(next);
  zone.value = next;
}

const instants = computed(
  () =>
    new Intl.DateTimeFormat(language.value, {
      timeZone: zone.value,
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'shortOffset',
    }),
);

/** @param at RFC 3339, or epoch milliseconds @returns date and time in the chosen zone, with the zone */
export function instantText(at: string | number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : instants.value.format(date);
}

const days = computed(
  () =>
    new Intl.DateTimeFormat(language.value, {
      timeZone: 'UTC',
      year: 'numeric',
      month: 'long',
      day: 'numeric',
    }),
);

/** Days of a calendar are the same in every zone. @param from YYYY-MM-DD, as `to`; null: it has no last day, or is one day */
export function daysText(from: string, to: string | null = null): string {
  const dates = [from, to ?? from].map((day) => new Date(`${day}T00:00:00Z`));
  const [first, last] = dates;
  if (first === undefined || last === undefined || dates.some((date) => Number.isNaN(date.getTime())))
    return to === null ? from : `${from} – ${to}`;
  return from === to || to === null ? days.value.format(first) : days.value.formatRange(first, last);
}

const ages = computed(() => new Intl.RelativeTimeFormat(language.value, { numeric: 'auto', style: 'short' }));
const units = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** "3 min. ago", to the largest whole unit. */
export function ageText(at: string | number, now: number): string {
  const ms = new Date(at).getTime() - now;
  const [unit, size] = units.find(([, size]) => Math.abs(ms) >= size) ?? (['minute', 60_000] as const);
  return ages.value.format(Math.trunc(ms / size), unit);
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** YYYY-MM-DD of a moment in a zone. */
export function dayIn(timeZone: string, at: number): string {
  let format = dayFormats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    dayFormats.set(timeZone, format);
  }
  return format.format(at);
}
