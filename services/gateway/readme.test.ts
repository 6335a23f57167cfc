import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problems } from '@puebla/kit';
import { expect, test } from 'vitest';

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');

test('the table of errors has every code with its status, and no other', () => {
  const rows = [...readme.matchAll(/^\| (\d{3}) +\| `([a-z-]+)` +\|/gm)].map(([, status, code]) => [
    code,
    Number(status),
  ]);
  expect(rows).toEqual(Object.entries(problems).map(([code, [status]]) => [code, status]));
});
