import { timeZones } from './code-lists.ts';
import { type Filter, instantsOf, itemsOf, parseFilter } from './filter.ts';
import { violation } from './rule-codes.ts';
import type { Violation } from './violation.ts';

export const statisticsUnits = ['day', 'month', 'year'] as const;
/** What events are counted by. */
export type StatisticsUnit = (typeof statisticsUnits)[number];

/** What is counted, and how. */
export interface StatisticsQuery {
  readonly filter: Filter;
  readonly by: StatisticsUnit;
  /** IANA: days begin as the clocks there show it. */
  readonly zone: string;
  /** Only what was accepted since then, epoch milliseconds. */
  readonly since?: number;
}

export type ParsedStatisticsQuery =
  | { readonly ok: true; readonly query: StatisticsQuery }
  | { readonly ok: false; readonly violations: readonly Violation[] };

const own = ['by', 'zone', 'since'];

/** Reads for what events are to be counted: the filter, `by` (a month unless told otherwise), `zone` (UTC) and `since`. Nothing is ignored. */
export function parseStatisticsQuery(params: URLSearchParams): ParsedStatisticsQuery {
  const violations: Violation[] = [];
  const parsed = parseFilter(params, own);
  if (!parsed.ok) violations.push(...parsed.violations);
  const one = <Value extends string>(name: string, values: readonly Value[], usual: Value): Value => {
    const [asked = usual, ...more] = itemsOf(params, name);
    const value = values.find((known) => known.toLowerCase() === asked.trim().toLowerCase());
    if (value === undefined || more.length > 0) violations.push(violation('enum', `/${name}`, values));
    return value ?? usual;
  };
  const by = one('by', statisticsUnits, 'month');
  const zone = one('zone', timeZones, 'UTC');
  const given = itemsOf(params, 'since').filter((text) => text.trim() !== 'earliest');
  const since = instantsOf('since', given, 0, violations);
  if (!parsed.ok || violations.length > 0) return { ok: false, violations };
  const query = { filter: parsed.filter, by, zone, ...(since.length > 0 && { since: Math.min(...since) }) };
  return { ok: true, query };
}
