import { TZDate } from '@date-fns/tz';
import type { StatisticsUnit } from '@puebla/schemas';
import { foremost, isForemost } from './foremost.ts';

/** So many events of a kind and category in a period, as `/v1/statistics` says it. */
export interface Count {
  readonly period: string | null;
  readonly kind: string;
  readonly category: string | null;
  readonly count: number;
}

/** What bars are made of: a category, or a kind that has none. */
export interface Series {
  readonly key: string;
  readonly kind: string;
  readonly category: string | null;
  readonly count: number;
}

export interface Bar {
  /** `2026`, `2026-11` or `2026-11-27`. */
  readonly period: string;
  readonly count: number;
  /** By series, in their order. */
  readonly parts: readonly number[];
}

export interface Timeline {
  /** The foremost, then the largest first. */
  readonly series: readonly Series[];
  /** One a period, also where nothing was. */
  readonly bars: readonly Bar[];
  readonly most: number;
}

/** More bars are thinner than a finger or an eye can tell apart: the newest are shown. */
export const mostBars = 400;

export function timelineOf(counts: readonly Count[], by: StatisticsUnit): Timeline {
  const dated = counts.flatMap(({ period, ...rest }) => (period === null ? [] : [{ ...rest, period }]));
  const series = seriesOf(dated);
  const places = new Map(series.map(({ key }, place) => [key, place]));
  const parts = new Map<string, number[]>();
  for (const { period, count, ...one } of dated) {
    const sums = parts.get(period) ?? series.map(() => 0);
    const place = places.get(keyOf(one)) ?? 0;
    sums[place] = (sums[place] ?? 0) + count;
    parts.set(period, sums);
  }
  const known = [...parts.keys()].sort();
  const bars = periodsBetween(known[0], known.at(-1), by).map((period) => {
    const sums = parts.get(period) ?? series.map(() => 0);
    return { period, parts: sums, count: sums.reduce((sum, one) => sum + one, 0) };
  });
  return { series, bars, most: bars.reduce((most, { count }) => Math.max(most, count), 0) };
}

function seriesOf(counts: readonly Omit<Count, 'period'>[]): readonly Series[] {
  const series = new Map<string, Series>();
  for (const { kind, category, count } of counts) {
    const key = keyOf({ kind, category });
    series.set(key, { key, kind, category, count: count + (series.get(key)?.count ?? 0) });
  }
  const first = foremost.flatMap((category) => series.get(category) ?? []);
  const others = [...series.values()].filter(({ category }) => !isForemost(category));
  return [...first, ...others.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))];
}

function keyOf({ kind, category }: Pick<Count, 'kind' | 'category'>): string {
  return category ?? kind;
}

/** All from one to the other, the newest `mostBars` of them. */
function periodsBetween(first: string | undefined, last: string | undefined, by: StatisticsUnit): string[] {
  if (first === undefined || last === undefined) return [];
  const periods: string[] = [];
  for (let period = last; period >= first && periods.length < mostBars; period = shifted(period, by, -1))
    periods.unshift(period);
  return periods;
}

function shifted(period: string, by: StatisticsUnit, steps: number): string {
  return nameOf(startOf(period, by, steps, 'UTC'), by);
}

/** Epoch milliseconds at which the period so many behind this one begins in a zone. */
function startOf(period: string, by: StatisticsUnit, behind: number, zone: string): number {
  const [year = 0, month = 1, day = 1] = period.split('-').map(Number);
  const step = (unit: StatisticsUnit): number => (unit === by ? behind : 0);
  return new TZDate(year + step('year'), month - 1 + step('month'), day + step('day'), zone).getTime();
}

function nameOf(ms: number, by: StatisticsUnit): string {
  return new Date(ms).toISOString().slice(0, { day: 10, month: 7, year: 4 }[by]);
}

/** The first and the last instant of the periods from one to another, epoch milliseconds. */
export function instantsOf(
  first: string,
  last: string,
  by: StatisticsUnit,
  zone: string,
): { readonly from: number; readonly to: number } {
  return { from: startOf(first, by, 0, zone), to: startOf(last, by, 1, zone) - 1 };
}

/** The day that an instant is in. */
export function dayOf(ms: number, zone: string): string {
  return new TZDate(ms, zone).toISOString().slice(0, 'YYYY-MM-DD'.length);
}
