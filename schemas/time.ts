/**
 * Days and instants as JSON says them: `YYYY-MM-DD`, and RFC 3339 with its zone. `Date.parse` alone takes 2021-02-30 for the
 * second of March, and 24:00 for the next day.
 */
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const instantPattern =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

export const dayMs = 86_400_000;

/** Epoch milliseconds of the day's first instant in UTC; undefined where it is no day of the calendar. */
export function parseDay(text: string): number | undefined {
  if (!dayPattern.test(text)) return undefined;
  const ms = Date.parse(text);
  // The 30th of February would have become the second of March; a month 13 is NaN, which equals nothing.
  return new Date(ms).getUTCDate() === Number(text.slice(8)) ? ms : undefined;
}

/** Epoch milliseconds; what is finer than a millisecond is cut off. Undefined where it is not RFC 3339. */
export function parseInstant(text: string): number | undefined {
  const day = instantPattern.exec(text)?.[1];
  return day === undefined || parseDay(day) === undefined ? undefined : Date.parse(text.toUpperCase());
}

export function formatDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}
