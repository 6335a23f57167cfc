import { expect, test } from 'vitest';
import { afterRecordLabel } from './record-labels.ts';

test.each([
  ['expediente ', true],
  ['Expediente n.º ', true],
  ['carpeta de investigación FED/', true],
  ['Case No. MP-', true],
  ['en este caso llame al ', false],
  ['denuncia: ', false],
  ['', false],
])('%j', (before, isRecord) => {
  expect(afterRecordLabel(`${before}2234-5678`, before.length)).toBe(isRecord);
});
