const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * What the clock on the wall shows in a zone, as `HH:MM`: summer time is in it.
 * @param instant epoch milliseconds
 * @param zone an IANA time zone
 * @throws RangeError for a zone that there is not
 */
export function localTime(instant: number, zone: string): string {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    clocks.set(zone, clock);
  }
  return clock.format(instant);
}

/** Local hours, `HH:MM`, both inclusive; not over midnight. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

/** Whether the clock in a zone shows one of these hours at an instant (epoch milliseconds). */
export function isWithin(instant: number, hours: Hours, zone: string): boolean {
  const local = localTime(instant, zone);
  return hours.from <= local && local <= hours.to;
}
