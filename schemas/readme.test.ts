import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readmeFile, withTables } from './generate-readme.ts';
import { catalogue, metricEntries, ruleCodes } from './index.ts';

const readme = readFileSync(readmeFile, 'utf8');

test('the tables of the README are in step with the contract', () => {
  expect(readme).toBe(withTables(readme));
});

test('the README documents every kind, every rule code and every metric, and no other', () => {
  const codesIn = (heading: string, next: string) =>
    [
      ...readme
        .slice(readme.indexOf(`## ${heading}\n`), readme.indexOf(`## ${next}\n`))
        .matchAll(/^\| `([^`]+)` +\| \S.*\|$/gm),
    ].map(([, code]) => code);
  expect(codesIn('Kinds', 'JSON and Avro')).toEqual(catalogue.map(({ name }) => name));
  expect(codesIn('Rules', 'Metrics')).toEqual(ruleCodes);
  expect(codesIn('Metrics', 'Sources and terms')).toEqual(metricEntries.map(({ name }) => name));
});

test('a README without a place for a table is no silent miss', () => {
  expect(() => withTables(readme.replace('<!-- end: rules -->', ''))).toThrow('no place for rules');
});
