import type { StatisticsUnit } from '@puebla/schemas';
import { code, language } from '../../core/language.ts';
import type { Series } from './periods.ts';

export function seriesText({ kind, category }: Pick<Series, 'kind' | 'category'>): string {
  return category === null ? code('Kind', kind) : code('Category', category);
}

const shapes: Readonly<Record<StatisticsUnit, Intl.DateTimeFormatOptions>> = {
  day: { year: 'numeric', month: 'short', day: 'numeric' },
  month: { year: 'numeric', month: 'short' },
  year: { year: 'numeric' },
};

/** A period in the reader's language: it is a date of the calendar, whatever the zone. */
export function periodText(period: string, by: StatisticsUnit): string {
  const date = new Date(period);
  if (Number.isNaN(date.getTime())) return period;
  return new Intl.DateTimeFormat(language.value, { ...shapes[by], timeZone: 'UTC' }).format(date);
}
