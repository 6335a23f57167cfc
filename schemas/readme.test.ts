import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ruleCodes } from './index.ts';

test('the README documents every rule code, and no other', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const table = readme.slice(readme.indexOf('## Rules'), readme.indexOf('## Sources'));
  expect([...table.matchAll(/^\| `([^`]+)` +\| \S.*\|$/gm)].map(([, code]) => code)).toEqual(ruleCodes);
});
