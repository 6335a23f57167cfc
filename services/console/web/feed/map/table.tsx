import { useMemo } from 'preact/hooks';
import { countryName, language, number, t } from '../../core/language.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { SortedHead, useSorting } from '../../parts/sorting.tsx';
import type { Measures } from './measures.ts';

export interface CountryTableProps {
  readonly measures: Measures;
  readonly chosen: readonly string[];
  readonly onChoose: (country: string) => void;
}

/** The numbers of the map; those of countries beyond it too. */
export function CountryTable({ measures, chosen, onChoose }: CountryTableProps) {
  const sorting = useSorting<'country' | 'count'>('count');
  const { by, isDown } = sorting;
  const rows = useMemo(() => {
    const named = measures.countries.map((row) => ({ ...row, name: countryName(row.country) }));
    const byName = new Intl.Collator(language.value).compare;
    named.sort((a, b) =>
      by === 'count' ? a.count - b.count || byName(b.name, a.name) : byName(b.name, a.name),
    );
    return isDown ? named.reverse() : named;
  }, [measures, by, isDown, language.value]);
  return (
    <ScrollX label={t('feed.by-country')} tall>
      <table class="country-table">
        <caption class="unseen">{t('feed.by-country')}</caption>
        <thead>
          <tr>
            <SortedHead column="country" name={t('feed.filter-country')} sorting={sorting} />
            <SortedHead column="count" name={t('feed.count')} sorting={sorting} />
          </tr>
        </thead>
        <tbody>
          {rows.map(({ country, name, count }) => (
            <tr key={country} data-country={country}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  aria-pressed={chosen.includes(country)}
                  onClick={() => onChoose(country)}
                >
                  {name}
                </button>
              </th>
              <td>{number(count)}</td>
            </tr>
          ))}
          {measures.nowhere > 0 && (
            <tr>
              <th scope="row">{t('feed.nowhere')}</th>
              <td>{number(measures.nowhere)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </ScrollX>
  );
}
