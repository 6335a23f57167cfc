import { computed, signal } from '@preact/signals';
import type { CountedKey, MessageKey } from './message-keys.ts';
import { remembered } from './remembered.ts';

type Texts = Readonly<Record<string, string>>;

/** Every file of `messages/<language>/`: another language is another folder, and no code. */
const files = import.meta.glob<Texts>('../messages/*/*.json', { import: 'default' });
const parted = Object.entries(files).map(([path, load]) => {
  const [, language = '', area = ''] = /messages\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? [];
  return { language, area, load };
});

export const languages: readonly string[] = [...new Set(parted.map(({ language }) => language))].sort();
const usual = 'es';

const texts = signal<ReadonlyMap<string, string>>(new Map());
const current = signal(usual);
/** BCP 47, of what the page itself says. */
export const language = computed(() => current.value);

const choice = remembered('language', (text) => (languages.includes(text) ? text : undefined));

/** By hand once, else as the browser asks. */
export function preferredLanguage(): string {
  const asked = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return choice.read() ?? asked.find((tag) => languages.includes(tag)) ?? usual;
}

export async function useLanguage(next: string): Promise<void> {
  const own = parted.filter((part) => part.language === next);
  const loaded = await Promise.all(
    own.map(async ({ area, load }) =>
      Object.entries(await load()).map(([key, text]) => [`${area}.${key}`, text] as const),
    ),
  );
  texts.value = new Map(loaded.flat());
  current.value = next;
  document.documentElement.lang = next;
}

export async function chooseLanguage(next: string): Promise<void> {
  choice.write(next);
  await useLanguage(next);
}

/** What the page says in the reader's language; `{name}` in it is what `values` has by that name. */
export function t(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  return filled(texts.value.get(key) ?? key, values);
}

/** By number: the text is at `<key>.one`, `<key>.other` and so on, as the language counts; `{n}` in it is the number. */
export function counted(
  key: CountedKey,
  n: number,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const form = new Intl.PluralRules(language.value).select(n);
  const text = texts.value.get(`${key}.${form}`) ?? texts.value.get(`${key}.other`) ?? key;
  return filled(text, { n: number(n), ...values });
}

/** The name of a symbol of the contract, `AlertCategory.SMUGGLING`; the symbol itself where it is newer than the page. */
export function code(list: string, symbol: string): string {
  return texts.value.get(`codes.${list}.${symbol}`) ?? symbol;
}

/** The name of a field of a record of the contract, `Place.country`; the field itself where it is newer than the page. */
export function fieldName(record: string, field: string): string {
  return texts.value.get(`fields.${record}.${field}`) ?? field;
}

export function number(n: number): string {
  return new Intl.NumberFormat(language.value).format(n);
}

function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Of texts in several languages: the reader's, else one that is there. */
export function inLanguage<Text extends { readonly language: string }>(
  these: readonly Text[],
): Text | undefined {
  return these.find((text) => text.language === language.value) ?? these[0];
}

/** Of a name that the contract has in both languages. */
export function named(name: { readonly es: string; readonly en: string }): string {
  return language.value === 'en' ? name.en : name.es;
}

const regionNames = computed(() => new Intl.DisplayNames([language.value], { type: 'region' }));
/** @param country ISO 3166-1 alpha-2 */
export function countryName(country: string): string {
  try {
    return regionNames.value.of(country) ?? country;
  } catch {
    return country;
  }
}

const languageNames = computed(() => new Intl.DisplayNames([language.value], { type: 'language' }));
export function languageName(tag: string): string {
  return languageNames.value.of(tag) ?? tag;
}
