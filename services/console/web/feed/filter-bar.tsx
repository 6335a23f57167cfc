import { type Filter, filterParameters } from '@puebla/schemas';
import { t } from '../core/language.ts';
import type { FeedAddress } from './address.ts';
import { DateRange } from './date-range.tsx';
import { FilterForm } from './filter-form.tsx';
import { FilterList } from './filter-list.tsx';
import { filterValues } from './filter-values.ts';
import { type Period, periodIn, periods, usualPeriod } from './period.ts';

export interface FilterBarProps {
  readonly filter: Filter;
  readonly period: Period;
  readonly onChange: (change: Partial<FeedAddress>) => void;
}

/** The exchange's own filter, a control a parameter. */
export function FilterBar({ filter, period, onChange }: FilterBarProps) {
  const count = filterParameters.filter((name) => name in filter).length;
  const change = (next: Filter): void => onChange({ filter: next });
  return (
    <FilterForm count={period === usualPeriod ? count : count + 1}>
      <label class="field">
        <span>{t('feed.period')}</span>
        <select
          value={period}
          onChange={(event) => onChange({ period: periodIn(event.currentTarget.value) })}
        >
          {periods.map((one) => (
            <option key={one} value={one}>
              {t(`feed.period-${one}`)}
            </option>
          ))}
        </select>
      </label>
      {filterValues.map(({ name, options, more }) => (
        <FilterList
          key={name}
          label={t(`feed.filter-${name}`)}
          options={options()}
          {...(more && { more: more() })}
          chosen={filter[name] ?? []}
          onChange={(chosen) => {
            const { [name]: _, ...others } = filter;
            change(chosen.length === 0 ? others : { ...others, [name]: chosen });
          }}
        />
      ))}
      <DateRange filter={filter} onChange={change} />
    </FilterForm>
  );
}
