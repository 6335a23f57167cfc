import { type Filter, formatFilter, parseFilter } from '@puebla/schemas';
import { type Period, periodIn, usualPeriod } from './period.ts';

/** What of the feed stands in its address: whoever is sent it sees the same, as far as he may. */
export interface FeedAddress {
  readonly filter: Filter;
  readonly period: Period;
  /** `<agency>/<id>` of the record that is open. */
  readonly open: string | undefined;
}

const own = ['period', 'open', 'sign-in'];

/** What is not of the filter is passed over: an address may be older than the page, or cut short. */
export function readAddress(search: string): FeedAddress {
  const params = new URLSearchParams(search);
  const parsed = parseFilter(params, own);
  return {
    filter: parsed.ok ? parsed.filter : {},
    period: periodIn(params.get('period')),
    open: params.get('open') ?? undefined,
  };
}

export function feedAddress({ filter, period, open }: FeedAddress): string {
  const params = formatFilter(filter);
  if (period !== usualPeriod) params.set('period', period);
  if (open !== undefined) params.set('open', open);
  const query = params.toString();
  return query === '' ? '/' : `/?${query}`;
}
