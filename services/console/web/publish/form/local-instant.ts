import { TZDate } from '@date-fns/tz';

const control = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/;

/** @param local as a browser's control has it, `YYYY-MM-DDTHH:MM` @returns RFC 3339 in UTC; undefined while it is no time */
export function instantIn(local: string, zone: string): string | undefined {
  const parts = control.exec(local)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts;
  const at = new TZDate(year, month - 1, day, hour, minute, zone).getTime();
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** The other way. @param instant RFC 3339; '' for what is none */
export function localIn(instant: string, zone: string): string {
  const at = new TZDate(Date.parse(instant), zone);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length);
}
