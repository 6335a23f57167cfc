import { countryCodes, participants, regions, symbolsOf } from '@puebla/schemas';
import { code, countryName, language, languageName, named } from '../core/language.ts';

export interface Option {
  readonly value: string;
  readonly text: string;
}

type ListName =
  | 'kind'
  | 'country'
  | 'region'
  | 'publisher'
  | 'category'
  | 'severity'
  | 'leg'
  | 'exploitation'
  | 'group'
  | 'language';

export interface FilterValues {
  readonly name: ListName;
  /** In the reader's language. */
  readonly options: () => readonly Option[];
  /** Others, which are found by their name. */
  readonly more?: () => readonly Option[];
}

const states = participants.filter(({ code: { length } }) => length === 2);
const coded = (list: string, symbols: readonly string[]) => (): readonly Option[] =>
  symbols.map((symbol) => ({ value: symbol, text: code(list, symbol) }));

/** All that a list of the contract has. */
export const listed = (list: string): readonly Option[] => coded(list, symbolsOf(list))();
export const participantOptions = (): readonly Option[] =>
  participants.map(({ code: value, name }) => ({ value, text: named(name) }));

const country = (value: string): Option => ({ value, text: countryName(value) });
const otherCountries = countryCodes.filter((value) => !states.some((state) => state.code === value));

/** What the filter can be asked for. Countries: those that take part, and any other by its name. */
export const filterValues: readonly FilterValues[] = [
  {
    name: 'kind',
    options: coded('Kind', [
      'alert',
      'practice',
      'statistic',
      'training',
      'decision',
      'repatriation',
      'referral',
      'acknowledgement',
    ]),
  },
  { name: 'region', options: coded('Region', Object.keys(regions)) },
  {
    name: 'country',
    options: () => states.map(({ code: value }) => country(value)),
    more: () => {
      const byName = new Intl.Collator(language.value).compare;
      return otherCountries.map(country).sort((a, b) => byName(a.text, b.text));
    },
  },
  {
    name: 'publisher',
    options: participantOptions,
  },
  {
    name: 'category',
    options: coded('Category', [
      'TRAFFICKING',
      'SMUGGLING',
      'MISSING_OR_DEAD_MIGRANTS',
      'FRAUDULENT_RECRUITMENT',
      'FRAUDULENT_DOCUMENTS',
      'ROUTE_CHANGE',
      'OTHER',
    ]),
  },
  { name: 'severity', options: coded('CapSeverity', ['EXTREME', 'SEVERE', 'MODERATE', 'MINOR']) },
  {
    name: 'language',
    options: () => ['es', 'en', 'fr'].map((value) => ({ value, text: languageName(value) })),
  },
];
