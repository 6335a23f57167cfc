import type { Filter } from '@puebla/schemas';
import { FilterForm } from '../feed/filter-form.tsx';
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
  const count =
    of.filter(({ name }) => name in filter).length +
    own.filter(({ name }) => browsed.own[name] !== undefined).length;
  const withoutOwn = { ...browsed.own, ...Object.fromEntries(own.map(({ name }) => [name, []])) };
  return (
    <FilterForm count={count} onClear={count === 0 ? undefined : () => go({ filter: {}, own: withoutOwn })}>
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
    </FilterForm>
  );
}

function filtered(filter: Filter, name: ListName, chosen: readonly string[]): Filter {
  const { [name]: _, ...others } = filter;
  return chosen.length === 0 ? others : { ...others, [name]: chosen };
}

function offered(name: ListName): readonly Option[] {
  return filterValues.find((one) => one.name === name)?.options() ?? [];
}
