import { expect, test } from '@jest/globals';
import table from './handling-cases.json' with { type: 'json' };
import {
  agencies,
  agencyOf,
  anonymous,
  canPublish,
  canRead,
  catalogue,
  kindOf,
  readerOf,
  tlpMarkings,
  tlpOf,
} from './index.ts';
import type { ValidEvent } from './validate.ts';

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

/** rules.md, canPublish: who publishes what, by one agency of each status. */
const publishers = {
  alert: {
    'mx-fgr': true,
    'co-fgn': true,
    'iom-regional': false,
    'es-interior': false,
    'rncom-network': false,
    'ts-office': false,
  },
  practice: {
    'mx-fgr': true,
    'co-fgn': true,
    'iom-regional': true,
    'es-interior': false,
    'rncom-network': true,
    'ts-office': true,
  },
  statistic: {
    'mx-fgr': true,
    'co-fgn': false,
    'iom-regional': true,
    'es-interior': false,
    'rncom-network': false,
    'ts-office': false,
  },
} as const;

test('every kind has its row in the table of publishers', () => {
  expect(Object.keys(publishers)).toEqual(catalogue.map((kind) => kind.name));
});

test.each(Object.entries(publishers))('who publishes %s', (name, row) => {
  const kind = kindOf(name);
  if (kind === undefined) throw new Error(name);
  const event: ValidEvent = { type: kind.name, tlp: 'CLEAR', data: { places: [{ country: 'CO' }] } };
  for (const [id, may] of Object.entries(row)) {
    const agency = agencyOf(id);
    expect([id, agency && canPublish(agency, kind, event).length === 0]).toEqual([id, may]);
  }
});
