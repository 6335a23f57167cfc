import {
  type Filter,
  formatFilter,
  parseFilter,
  type StatisticsUnit,
  statisticsUnits,
} from '@puebla/schemas';
import { type Period, periodIn, usualPeriod } from './period.ts';
import { type View, viewsIn } from './views.ts';

/** What of the feed stands in its address: whoever is sent it sees the same, as far as he may. */
export interface FeedAddress {
  readonly filter: Filter;
  readonly period: Period;
  /** `<agency>/<id>` of the record that is open. */
  readonly open: string | undefined;
  /** Which views are shown; undefined: those that there is room for. */
  readonly view: readonly View[] | undefined;
  /** What a bar of the timeline is. */
  readonly by: StatisticsUnit;
}

const usualUnit: StatisticsUnit = 'month';

const own = ['period', 'open', 'view', 'by', 'sign-in'];

/** What is not of the filter is passed over: an address may be older than the page, or cut short. */
export function readAddress(search: string): FeedAddress {
  const params = new URLSearchParams(search);
  const parsed = parseFilter(params, own);
  return {
    filter: parsed.ok ? parsed.filter : {},
    period: periodIn(params.get('period')),
    open: params.get('open') ?? undefined,
    view: viewsIn(params.get('view')),
    by: statisticsUnits.find((unit) => unit === params.get('by')) ?? usualUnit,
  };
}

export function feedAddress({ filter, period, open, view, by }: FeedAddress): string {
  const params = formatFilter(filter);
  if (period !== usualPeriod) params.set('period', period);
  if (by !== usualUnit) params.set('by', by);
  if (view !== undefined) params.set('view', view.join());
  if (open !== undefined) params.set('open', open);
  const query = params.toString();
  return query === '' ? '/' : `/?${query}`;
}
