import { Temporal } from 'temporal-polyfill';

/** @param local as a browser's control has it, `YYYY-MM-DDTHH:MM` @returns RFC 3339 in UTC; undefined while it is no time */
export function instantIn(local: string, zone: string): string | undefined {
  try {
    return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant().toString();
  } catch {
    return undefined;
  }
}

/** The other way. @param instant RFC 3339; '' for what is none */
export function localIn(instant: string, zone: string): string {
  try {
    const shown = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDateTime();
    return shown.toString({ smallestUnit: 'minute' });
  } catch {
    return '';
  }
}
