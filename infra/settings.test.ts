import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '../services/kit/config.ts';
import { exitCodes } from './embedded/failure.ts';

/** The cells of every row of every table, by what stands in the first. */
const rows = new Map(
  readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .map(([, first = '', ...others]) => [first, others]),
);

/** Those that are the system's own, and are only looked at. */
const systems = new Set(['PATH', 'XDG_CACHE_HOME']);

test.each(settings.filter(({ name }) => !systems.has(name)))(
  'the README says what $name is for',
  (setting) => {
    const [purpose, whenUnset] = rows.get(setting.name) ?? [];
    expect(purpose).toContain(setting.purpose);
    expect(whenUnset).toBe(setting.whenUnset);
  },
);

test.each(Object.entries(exitCodes))('the README lists the exit code of %s', (_, code) => {
  expect(rows.get(String(code))).toBeDefined();
});
