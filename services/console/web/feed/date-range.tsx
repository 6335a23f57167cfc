import type { Filter } from '@puebla/schemas';
import { t } from '../core/language.ts';
import { zone } from '../core/zone.ts';
import { FilterDrop } from './filter-drop.tsx';
import { dayOf, instantsOf } from './timeline/periods.ts';

export interface DateRangeProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

const ends = ['from', 'to'] as const;

/** `from` and `to` of the filter as days of the chosen zone. */
export function DateRange({ filter, onChange }: DateRangeProps) {
  const within = zone.value;
  const choose = (end: 'from' | 'to', day: string): void => {
    const { [end]: _before, ...others } = filter;
    if (day === '') {
      onChange(others);
      return;
    }
    const instants = instantsOf(day, day, 'day', within);
    const next: Filter = { ...others, [end]: instants[end] };
    const isTurned = next.from !== undefined && next.to !== undefined && next.from > next.to;
    onChange(isTurned ? { ...others, ...instants } : next);
  };
  return (
    <FilterDrop label={t('feed.dates')} count={ends.filter((end) => filter[end] !== undefined).length}>
      {ends.map((end) => (
        <label key={end} class="field">
          <span>{t(`feed.${end}`, { zone: within })}</span>
          <input
            type="date"
            value={filter[end] === undefined ? '' : dayOf(filter[end], within)}
            onChange={({ currentTarget }) => choose(end, currentTarget.value)}
          />
        </label>
      ))}
    </FilterDrop>
  );
}
