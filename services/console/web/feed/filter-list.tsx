import { useState } from 'preact/hooks';
import { t } from '../core/language.ts';
import { FilterDrop } from './filter-drop.tsx';
import type { Option } from './filter-values.ts';

export interface FilterListProps {
  readonly label: string;
  readonly options: readonly Option[];
  /** Others that are found by their name. */
  readonly more?: readonly Option[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Several of a list: closed it says how many, open it shows them all. */
export function FilterList({ label, options, more, chosen, onChange }: FilterListProps) {
  const [sought, seek] = useState('');
  const toggle = (value: string): void =>
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  const offered =
    more === undefined
      ? options
      : [...options, ...more].filter((option) =>
          sought.trim() === ''
            ? options.includes(option) || chosen.includes(option.value)
            : isFound(option, sought),
        );
  return (
    <FilterDrop label={label} count={chosen.length}>
      {more !== undefined && (
        <input
          type="search"
          value={sought}
          aria-label={t('feed.search-in', { label })}
          placeholder={t('feed.search')}
          onInput={({ currentTarget }) => seek(currentTarget.value)}
        />
      )}
      {offered.map(({ value, text }) => (
        <label key={value}>
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
          {text}
        </label>
      ))}
      {offered.length === 0 && <p role="status">{t('feed.none-found')}</p>}
    </FilterDrop>
  );
}

/** By its code, or by words of its name, whatever the accents. */
function isFound({ value, text }: Option, sought: string): boolean {
  const asked = plain(sought);
  return value.toLowerCase() === asked || plain(text).includes(asked);
}

function plain(text: string): string {
  return text.trim().toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
}
