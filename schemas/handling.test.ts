import { expect, test } from '@jest/globals';
import table from './handling-cases.json' with { type: 'json' };
import { agencies, anonymous, canRead, readerOf, tlpMarkings, tlpOf } from './index.ts';

test.each(table.cases)('row $row: $as reading $event.tlp of $event.agency: $may', ({ as, event, may }) => {
  const reader = as === null ? anonymous : readerOf(as);
  const tlp = tlpOf(event.tlp);
  if (reader === undefined || tlp === undefined) throw new Error('a case names who and what there is not');
  expect(canRead(reader, { ...event, tlp })).toBe(may);
});

test('row 2: who is no agency is no reader, and never anonymous', () => {
  expect(readerOf('mx-none')).toBeUndefined();
});

test('a wider marking never shows less to anybody but the publisher', () => {
  for (const { id } of agencies) {
    const reader = readerOf(id);
    if (reader === undefined) throw new Error(id);
    const may = tlpMarkings.map((tlp) => canRead(reader, { agency: 'nobody', tlp }));
    expect(may.lastIndexOf(true)).toBeLessThan(may.includes(false) ? may.indexOf(false) : may.length);
  }
});
