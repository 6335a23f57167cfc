/**
 * Days and instants as JSON says them: `YYYY-MM-DD`, and RFC 3339 with its zone. `Date.parse` alone takes 2021-02-30 for the
 * second of March, and 24:00 for the next day.
 */
const dayPattern = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const instantPattern =
  /^.{10}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

export const dayMs = 86_400_000;
const secondsForm = '2026-01-31T18:00:00Z';
const firstInstant = Date.UTC(1000, 0, 1);
const lastInstant = Date.UTC(10_000, 0, 1) - 1;

/** Epoch milliseconds of the day's first instant in UTC; undefined where it is no day of the calendar, from the year 1000 on. */
export function parseDay(text: string): number | undefined {
  if (!dayPattern.test(text)) return undefined;
  const month = (twoDigits(text, 0) * 100 + twoDigits(text, 2)) * 12 + twoDigits(text, 5) - 1;
  const ms = startOf(month) + (twoDigits(text, 8) - 1) * dayMs;
  return ms < startOf(month + 1) ? ms : undefined;
}

/**
 * The months of two centuries, made once: every event has some days and each is read more than once; asking `Date` each
 * time, and cutting the text into numbers, cost a sixth of a validation.
 */
const firstMonth = 1900 * 12;
const starts = Array.from({ length: 200 * 12 }, (_, month) => Date.UTC(1900, month, 1));

/** Epoch milliseconds of a month's first instant, by its number since the year 0. */
function startOf(month: number): number {
  return starts[month - firstMonth] ?? Date.UTC(Math.floor(month / 12), month % 12, 1);
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

/** Epoch milliseconds; what is finer than a millisecond is cut off. Undefined where it is not RFC 3339. */
export function parseInstant(text: string): number | undefined {
  if (!instantPattern.test(text)) return undefined;
  const day = parseDay(text.slice(0, 10));
  if (day === undefined) return undefined;
  // Most come in whole seconds of UTC, and need no `Date`.
  const ms =
    text.length === secondsForm.length && text.endsWith('Z')
      ? day + twoDigits(text, 11) * 3_600_000 + twoDigits(text, 14) * 60_000 + twoDigits(text, 17) * 1_000
      : Date.parse(text.toUpperCase());
  // A zone can carry the first and last days out of the four-digit years, which nobody could read back.
  return ms >= firstInstant && ms <= lastInstant ? ms : undefined;
}

export function formatDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}
