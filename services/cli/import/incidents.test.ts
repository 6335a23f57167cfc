import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { validateEvent } from '@puebla/schemas';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../lines.ts';
import { incidentColumns } from './incidents.ts';
import type { ImportItem } from './item.ts';
import { importSources } from './sources.ts';

const file = join(import.meta.dirname, '../../../tests/data/incidents.csv');
const header = incidentColumns.join(',');
/** The first rows of the file. */
const firstRows = [
  '2014-01-06,US,31.650259,-110.366453,1',
  '2014-01-12,US,31.59713,-111.73756,1',
  '2014-01-14,US,31.94026,-113.01125,1',
];

async function* fromText(text: string) {
  yield text;
}
const read = (text: string): Promise<ImportItem[]> =>
  Array.fromAsync(importSources.incidents.read(linesOf(fromText(text))));
const one = async (row: string) => (await read(`${header}\n${row}\n`))[0];
const idsOf = (items: readonly ImportItem[]) =>
  items.flatMap((item) => ('event' in item ? [item.event.id] : []));

test('a row becomes an alert of its country, CLEAR, published, with the figures of the source', async () => {
  expect(await one('2014-01-06,US,31.650259,-110.366453,1')).toEqual({
    ok: true,
    country: 'US',
    agency: 'us-dhs',
    lines: [2],
    event: {
      specversion: '1.0',
      id: expect.stringMatching(/^mmp-[A-Za-z0-9_-]{20}$/),
      type: 'alert',
      time: '2014-01-06T00:00:00Z',
      tlp: 'CLEAR',
      data: {
        category: 'MISSING_OR_DEAD_MIGRANTS',
        status: 'ACTUAL',
        messageType: 'ALERT',
        urgency: 'PAST',
        certainty: 'OBSERVED',
        occurred: { from: '2014-01-06' },
        places: [{ leg: 'INCIDENT', country: 'US', latitude: 31.650259, longitude: -110.366453 }],
        people: { deadAndMissing: 1 },
        information: [
          expect.objectContaining({ language: 'es', headline: 'Una persona migrante muerta o desaparecida' }),
          expect.objectContaining({ language: 'en', headline: 'One migrant dead or missing' }),
        ],
        source: {
          origin: 'PUBLISHED',
          name: 'IOM Missing Migrants Project',
          url: 'https://missingmigrants.iom.int',
        },
      },
    },
  });
});

test.each([
  ['2014-01-06,ZZ,1,1,1', 'country "ZZ" is no participant'],
  ['2014-01-06,us,1,1,1', 'country "us" is no participant'],
  ['2014-01-06,IOM,1,1,1', 'country "IOM" is no participant'],
  ['2014-01-06,,1,1,1', 'country "" is no participant'],
  ['2014-02-30,MX,1,1,1', 'date "2014-02-30"'],
  ['2014-13-01,MX,1,1,1', 'date "2014-13-01"'],
  ['06/01/2014,MX,1,1,1', 'date "06/01/2014"'],
  ['2999-01-01,MX,1,1,1', 'date "2999-01-01"'],
  ['1815-01-01,MX,1,1,1', 'period/far'],
  ['2014-01-06,MX,90.1,1,1', 'latitude "90.1"'],
  ['2014-01-06,MX,,1,1', 'latitude ""'],
  ['2014-01-06,MX,1e1,1,1', 'latitude "1e1"'],
  ['2014-01-06,MX,1,-180.5,1', 'longitude "-180.5"'],
  ['2014-01-06,MX,1,1,-1', 'dead_and_missing "-1"'],
  ['2014-01-06,MX,1,1,1.5', 'dead_and_missing "1.5"'],
  ['2014-01-06,ES,1,1,1', 'publish/status'],
  ['2014-01-06,MX,1,1', '4 fields where the header has 5'],
])('%s is refused', async (row, reason) => {
  expect(await one(row)).toMatchObject({ ok: false, line: 2, reason: expect.stringContaining(reason) });
});

test('rows that repeat an earlier one are events of their own', async () => {
  const [first = ''] = firstRows;
  const ids = idsOf(await read([header, first, first, first].join('\n')));
  expect(ids).toEqual([ids[0], `${ids[0]}.2`, `${ids[0]}.3`]);
});

test('ids are the same whatever the order of the columns, and of rows that differ', async () => {
  const ids = idsOf(await read([header, ...firstRows].join('\n')));
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...incidentColumns], { minLength: incidentColumns.length }),
      fc.shuffledSubarray(firstRows, { minLength: firstRows.length }),
      async (columns, rows) => {
        const reordered = rows.map((row) =>
          columns.map((column) => row.split(',')[incidentColumns.indexOf(column)]).join(','),
        );
        const items = await read(
          [`${columns.join(',')},remark`, ...reordered.map((row) => `${row},x`)].join('\n'),
        );
        expect(idsOf(items).sort()).toEqual(ids.toSorted());
      },
    ),
    { numRuns: 30 },
  );
});

test('different rows have different ids, equal rows numbered ones', async () => {
  const row = fc.tuple(
    fc.integer({ min: 1, max: 28 }),
    fc.constantFrom('MX', 'GT'),
    fc.integer({ min: 0, max: 3 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
      const text = rows.map(
        ([day, country, n]) => `2015-03-${String(day).padStart(2, '0')},${country},1.5,-90.25,${n}`,
      );
      const ids = idsOf(await read([header, ...text].join('\n')));
      expect(new Set(ids).size).toBe(rows.length);
      expect(idsOf(await read([header, ...text].join('\r\n')))).toEqual(ids);
    }),
    { numRuns: 50 },
  );
});

describe('the whole file', () => {
  test('becomes 3,311 sound events with ids of their own, by country as its README says', async () => {
    const items = await Array.fromAsync(
      importSources.incidents.read(linesOf(createReadStream(file, 'utf8'))),
    );
    expect(items.filter((item) => !('event' in item))).toEqual([]);
    const ids = idsOf(items);
    expect(ids).toHaveLength(3311);
    expect(new Set(ids).size).toBe(3311);
    expect(ids.filter((id) => id.includes('.'))).toHaveLength(18);
    const events = items.flatMap((item) => ('event' in item ? [item] : []));
    for (const { event, agency, country } of events) {
      expect(validateEvent(event)).toMatchObject({ ok: true });
      expect(agency.startsWith(`${country.toLowerCase()}-`)).toBe(true);
    }
    const counts = Object.fromEntries(
      Map.groupBy(events, ({ country }) => country)
        .entries()
        .map(([country, of]) => [country, of.length]),
    );
    expect(counts).toEqual({
      US: 2121,
      MX: 972,
      CO: 93,
      DO: 42,
      PA: 34,
      GT: 15,
      NI: 12,
      PE: 9,
      CR: 5,
      HN: 5,
      SV: 2,
      CA: 1,
    });
  });
});
