/**
 * Days and instants as JSON says them: `YYYY-MM-DD`, and RFC 3339 with its zone. `Date.parse` alone takes 2021-02-30 for the
 * second of March, and 24:00 for the next day.
 */
const dayPattern = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const instantPattern =
  /^.{10}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

export const dayMs = 86_400_000;
const firstInstant = Date.UTC(1000, 0, 1);
const lastInstant = Date.UTC(10_000, 0, 1) - 1;

/** Epoch milliseconds of the day's first instant in UTC; undefined where it is no day of the calendar, from the year 1000 on. */
export function parseDay(text: string): number | undefined {
  if (!dayPattern.test(text)) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return Date.UTC(year, month - 1, day);
}

/** Every event has some days, and each is read more than once: cutting the text into numbers cost a sixth of a validation. */
function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

/** Epoch milliseconds; what is finer than a millisecond is cut off. Undefined where it is not RFC 3339. */
export function parseInstant(text: string): number | undefined {
  if (!instantPattern.test(text) || parseDay(text.slice(0, 10)) === undefined) return undefined;
  const ms = Date.parse(text.toUpperCase());
  // A zone can carry the first and last days out of the four-digit years, which nobody could read back.
  return ms >= firstInstant && ms <= lastInstant ? ms : undefined;
}

export function formatDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}
