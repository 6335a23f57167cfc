import { expect, test } from 'vitest';
import { contractField } from './contract-field.ts';

test.each([
  ['/data/places/0/country', '/data/places/country'],
  ['/data/sessions/12/days/from', '/data/sessions/days/from'],
  ['/tlp', '/tlp'],
  ['/data', '/data'],
  ['', ''],
  ['/data/5551234567', '/data'],
  ['/data/a name that somebody wrote', '/data'],
  ['/data/a name/country', '/data'],
  ['/a~1b/data', ''],
])('%s is %s', (pointer, field) => {
  expect(contractField(pointer)).toBe(field);
});
