import { endOf, isActive, type OutageRow, type Register, startOf } from './directory.ts';
import type { ParticipantCode } from './participants.ts';

/** A habit is read from so many days. */
export const habitDays = 90;
/** Of fewer gaps nobody can tell the 95th percentile. */
const leastGaps = 20;
const percentile = 0.95;
const hourMs = 3_600_000;

/**
 * `SILENT`: for longer than it usually is; `NOT_JUDGED`: too little was heard to tell what is usual; `DECLARED_OUTAGE`: it has said that
 * nothing will be heard.
 */
export type Verdict = 'FRESH' | 'SILENT' | 'NOT_JUDGED' | 'DECLARED_OUTAGE';

/** When a participant was heard in the last 90 days. */
export interface Heard {
  /** When, epoch ms, ascending; what comes together counts once. */
  readonly times: readonly number[];
  /** Its last event, epoch ms. */
  readonly last: number | undefined;
}

export interface Freshness {
  readonly verdict: Verdict;
  /** RFC 3339; null when it was not heard in 90 days. */
  readonly heard: string | null;
  /** Since it was heard. */
  readonly silentHours: number | null;
  /** How long it is usually silent at most. */
  readonly habit: { readonly hours: number; readonly by: 'EVENTS' | 'HAND' } | 'NOT_JUDGED';
  /** Declared, and now. */
  readonly outage: { readonly from: string; readonly to: string | null } | null;
}

/** @param now epoch ms */
export function freshnessOf(
  participant: ParticipantCode,
  { times, last }: Heard,
  register: Pick<Register, 'outages' | 'habits'>,
  now: number,
): Freshness {
  // Without those that were withdrawn before they began.
  const outages = register.outages.filter(
    (row) => row.participant === participant && startOf(row) < endOf(row),
  );
  const outage = outages.find((row) => isActive(row, now));
  const byHand = register.habits.find((row) => row.participant === participant && isActive(row, now));
  const habitMs = byHand === undefined ? habitOf(times, outages) : byHand.hours * hourMs;
  const silentMs = last === undefined ? undefined : Math.max(0, now - last);
  return {
    verdict: outage === undefined ? verdictOf(last, habitMs, outages, now) : 'DECLARED_OUTAGE',
    heard: last === undefined ? null : new Date(last).toISOString(),
    silentHours: silentMs === undefined ? null : inHours(silentMs),
    habit:
      habitMs === undefined
        ? 'NOT_JUDGED'
        : { hours: inHours(habitMs), by: byHand === undefined ? 'EVENTS' : 'HAND' },
    outage: outage === undefined ? null : { from: outage.from, to: outage.to },
  };
}

/** After an outage it has as long as it usually takes. */
function verdictOf(
  last: number | undefined,
  habitMs: number | undefined,
  outages: readonly OutageRow[],
  now: number,
): Verdict {
  if (habitMs === undefined) return 'NOT_JUDGED';
  const since = Math.max(
    last ?? now - habitDays * 24 * hourMs,
    ...outages.map(endOf).filter((end) => end <= now),
  );
  return now - since > habitMs ? 'SILENT' : 'FRESH';
}

/** The 95th percentile of the gaps, without those of which an outage is a part; undefined of too few. */
function habitOf(times: readonly number[], outages: readonly OutageRow[]): number | undefined {
  const gaps: number[] = [];
  for (const [index, time] of times.entries()) {
    const before = times[index - 1];
    if (before === undefined) continue;
    if (!outages.some((row) => startOf(row) < time && endOf(row) > before)) gaps.push(time - before);
  }
  if (gaps.length < leastGaps) return undefined;
  gaps.sort((a, b) => a - b);
  return gaps[Math.ceil(percentile * gaps.length) - 1];
}

function inHours(ms: number): number {
  return Math.round((ms / hourMs) * 100) / 100;
}
