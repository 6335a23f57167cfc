import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The page's texts: every language says all of it. */

const folder = join(import.meta.dirname, 'messages');
const languages = readdirSync(folder);
const files = readdirSync(join(folder, 'en'));
const textsOf = (language: string, file: string): Record<string, string> =>
  JSON.parse(readFileSync(join(folder, language, file), 'utf8'));
/** Keys of these are names of the contract (`labels.test.ts`), whatever word they end in. */
const labels = ['codes.json', 'fields.json'];
/** Forms of a count differ by language. */
const stemOf =
  (file: string) =>
  (key: string): string =>
    labels.includes(file) ? key : key.replace(/\.(?:zero|one|two|few|many|other)$/, '.other');
const blanks = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([blank]) => blank).sort();

test('there are the two languages of the users at least', () => {
  expect(languages).toEqual(expect.arrayContaining(['en', 'es']));
});

test.each(languages.flatMap((language) => files.map((file) => [language, file] as const)))(
  '%s/%s has the same keys and blanks as English, and no empty text',
  (language, file) => {
    const english = textsOf('en', file);
    const texts = textsOf(language, file);
    const stem = stemOf(file);
    expect([...new Set(Object.keys(texts).map(stem))].sort()).toEqual(
      [...new Set(Object.keys(english).map(stem))].sort(),
    );
    for (const [key, text] of Object.entries(texts)) {
      expect([key, text.trim()]).not.toEqual([key, '']);
      expect([key, blanks(text)]).toEqual([key, blanks(english[key] ?? english[stem(key)] ?? '')]);
    }
  },
);
