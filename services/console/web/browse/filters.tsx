import type { Filter } from '@puebla/schemas';
import { t } from '../core/language.ts';
import { FilterList } from '../feed/filter-list.tsx';
import { filterValues, type Option } from '../feed/filter-values.ts';
import type { Browsed } from './address.ts';

type ListName = 'category' | 'country' | 'group' | 'language' | 'publisher';

export interface FiltersProps<Own extends string> {
  readonly browsed: Browsed<Own> & { go(change: Partial<Browsed<Own>>): void };
  /** Parameters of the exchange's filter, and what they can be asked for where the feed offers something else. */
  readonly of: readonly {
    readonly name: ListName;
    readonly label: string;
    readonly options?: readonly Option[];
  }[];
  readonly own: readonly {
    readonly name: Own;
    readonly label: string;
    readonly options: readonly Option[];
  }[];
}

/** A list to choose from for each parameter of a page. */
export function Filters<Own extends string>({ browsed, of, own }: FiltersProps<Own>) {
  const { filter, go } = browsed;
  const isFiltered =
    of.some(({ name }) => name in filter) || own.some(({ name }) => browsed.own[name] !== undefined);
  const withoutOwn = { ...browsed.own, ...Object.fromEntries(own.map(({ name }) => [name, []])) };
  return (
    <form class="filter" aria-label={t('feed.filter')} onSubmit={(event) => event.preventDefault()}>
      {of.map(({ name, label, options = offered(name) }) => (
        <FilterList
          key={name}
          label={label}
          options={options}
          chosen={filter[name] ?? []}
          onChange={(chosen) => go({ filter: filtered(filter, name, chosen) })}
        />
      ))}
      {own.map(({ name, label, options }) => (
        <FilterList
          key={name}
          label={label}
          options={options}
          chosen={browsed.own[name] ?? []}
          onChange={(chosen) => go({ own: { ...browsed.own, [name]: chosen } })}
        />
      ))}
      {isFiltered && (
        <button type="button" onClick={() => go({ filter: {}, own: withoutOwn })}>
          {t('feed.all')}
        </button>
      )}
    </form>
  );
}

function filtered(filter: Filter, name: ListName, chosen: readonly string[]): Filter {
  const { [name]: _, ...others } = filter;
  return chosen.length === 0 ? others : { ...others, [name]: chosen };
}

function offered(name: ListName): readonly Option[] {
  return filterValues.find((one) => one.name === name)?.options() ?? [];
}
