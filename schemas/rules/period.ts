import type { AsSent } from '../as-sent.ts';
import type { Period } from '../generated.ts';
import { violation } from '../rule-codes.ts';
import { dayMs, parseDay } from '../time.ts';
import type { Violation } from '../violation.ts';

const earliest = Date.UTC(1900, 0, 1);
/** Announced events lie ahead; a date further away than this is a slip of the pen. */
const farthestAheadMs = 366 * dayMs;

/** Before 1900, or more than a year ahead. */
export function isFar(ms: number, now: number): boolean {
  return ms < earliest || ms > now + farthestAheadMs;
}

/** First day given, in order, not absurdly far. `absent` says which of the two days the kind can do without. */
export function periodRules(
  period: AsSent<Period> | null | undefined,
  pointer: string,
  now: number,
  toRequired = false,
): Violation[] {
  if (period === null || period === undefined) return [violation('required', pointer)];
  const found: Violation[] = [];
  const from = dayOf(period.from);
  const to = dayOf(period.to);
  if (from === undefined) found.push(violation('required', `${pointer}/from`));
  if (to === undefined && toRequired) found.push(violation('required', `${pointer}/to`));
  for (const [name, day] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (day !== undefined && isFar(day, now)) {
      found.push(violation('period/far', `${pointer}/${name}`));
    }
  }
  if (from !== undefined && to !== undefined && to < from) found.push(violation('period', `${pointer}/to`));
  return found;
}

function dayOf(day: string | null | undefined): number | undefined {
  return typeof day === 'string' ? parseDay(day) : undefined;
}

export interface Span {
  readonly from: number | null;
  readonly to: number | null;
}

/** Epoch milliseconds of a period's first and last instant; null where a day is not given. */
export function spanOf(period: AsSent<Period> | null | undefined): Span {
  const from = dayOf(period?.from);
  const to = dayOf(period?.to);
  return { from: from ?? null, to: to === undefined ? null : to + dayMs - 1 };
}
