import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateEvent } from '@puebla/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from '../lines.ts';
import { blankLabel, detectionColumns } from './detections.ts';
import type { ImportItem } from './item.ts';
import { importSources } from './sources.ts';

const file = join(import.meta.dirname, '../../../tests/data/detections.csv');
const header = detectionColumns.join(',');
const victims = 'Detected trafficking victims';
/** The first rows of the file, and one of each peculiarity. */
const rows = [
  `BZ,2010,${victims},by country of repatriation,Guatemala,Total,Total,<5`,
  `BZ,2011,${victims},by country of repatriation,El Salvador,Total,Total,<5`,
  `BZ,2017,${victims},Total,Total,Female,0 to 17 years,<5`,
  'US,2014,Persons prosecuted,Total,Total,Total,Total,"1,023"',
  `CR,2018,${victims},by citizenship,Panam\uFFFD,Total,Total,12`,
  `CR,2018,${victims},by citizenship,,Total,Total,<5`,
];

async function* fromText(text: string) {
  yield text;
}
const read = (text: string): Promise<ImportItem[]> =>
  Array.fromAsync(importSources.detections.read(linesOf(fromText(text))));
const eventsOf = (items: readonly ImportItem[]) => items.flatMap((item) => ('event' in item ? [item] : []));

test('rows of one country, year and indicator become a statistic, each a cell', async () => {
  const items = await read([header, ...rows].join('\n'));
  const events = eventsOf(items);
  expect(events.map(({ agency, lines, event }) => [agency, lines, event.id])).toEqual([
    ['bz-police', [2], 'glotip-bz-2010-detected-victims'],
    ['bz-police', [3], 'glotip-bz-2011-detected-victims'],
    ['bz-police', [4], 'glotip-bz-2017-detected-victims'],
    ['us-dhs', [5], 'glotip-us-2014-persons-prosecuted'],
    ['cr-dgme', [7, 6], 'glotip-cr-2018-detected-victims'],
  ]);
  expect(events[2]?.event.data).toMatchObject({
    country: 'BZ',
    period: { from: '2017-01-01', to: '2017-12-31' },
    indicator: 'DETECTED_VICTIMS',
    cells: [{ dimension: 'TOTAL', category: 'Total', sex: 'FEMALE', age: 'FROM_0_TO_17', below: 5 }],
    source: { origin: 'PUBLISHED', name: expect.stringContaining('GLOTIP') },
  });
  expect(events[3]?.event.data).toMatchObject({ cells: [{ value: 1023 }] });
  expect(events[4]?.event.data).toMatchObject({
    cells: [{ category: blankLabel }, { category: 'Panam\uFFFD' }],
  });
});

test('damaged and blank labels are reported with their lines', async () => {
  const items = await read([header, ...rows].join('\n'));
  expect(items.filter((item) => 'label' in item)).toEqual([
    { ok: true, line: 6, label: 'Panam\uFFFD' },
    { ok: true, line: 7, label: '' },
  ]);
});

test.each([
  [`ZZ,2010,${victims},Total,Total,Total,Total,1`, 'country "ZZ"'],
  [`CO,2010,${victims},Total,Total,Total,Total,1`, 'publish/status'],
  [`MX,20x0,${victims},Total,Total,Total,Total,1`, 'year "20x0"'],
  [`MX,2999,${victims},Total,Total,Total,Total,1`, 'year "2999"'],
  [`MX,1815,${victims},Total,Total,Total,Total,1`, 'period/far'],
  ['MX,2010,Detected,Total,Total,Total,Total,1', 'indicator "Detected" is none of'],
  [`MX,2010,${victims},by age,Total,Total,Total,1`, 'dimension "by age" is none of'],
  [`MX,2010,${victims},toString,Total,Total,Total,1`, 'dimension "toString" is none of'],
  [`MX,2010,${victims},Total,Total,Femal,Total,1`, 'sex "Femal" is none of'],
  [`MX,2010,${victims},Total,Total,Total,old,1`, 'age "old" is none of'],
  [`MX,2010,${victims},Total,Total,Total,Total,"1,02"`, 'value "1,02"'],
  [`MX,2010,${victims},Total,Total,Total,Total,-1`, 'value "-1"'],
  [`MX,2010,${victims},Total,Total,Total,Total,`, 'value ""'],
  [`MX,2010,${victims},Total,Total,Total,Total,<0`, 'range'],
  [`MX,2010,${victims},by citizenship,${'x'.repeat(400)},Total,Total,1`, 'length'],
])('%s is refused', async (row, reason) => {
  expect(await read(`${header}\n${row}\n`)).toEqual([
    expect.objectContaining({ ok: false, line: 2, reason: expect.stringContaining(reason) }),
  ]);
});

test('a row that the contract refuses leaves the others of its statistic', async () => {
  const good = `MX,2010,${victims},Total,Total,Total,Total,7`;
  const items = await read([header, good, `MX,2010,${victims},Total,Total,Male,Total,<0`].join('\n'));
  expect(items.map((item) => ('event' in item ? item.lines : item))).toEqual([
    expect.objectContaining({ ok: false, line: 3 }),
    [2],
  ]);
});

test('the same rows in another order, of rows or columns, are the same events', async () => {
  const some = readFileSync(file, 'utf8')
    .split('\n')
    .slice(1, 60)
    .filter((row) => !row.includes('"'));
  const events = (items: readonly ImportItem[]) =>
    eventsOf(items)
      .map(({ event }) => event)
      .sort((a, b) => a.id.localeCompare(b.id));
  const straight = events(await read([header, ...some].join('\n')));
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...detectionColumns], { minLength: detectionColumns.length }),
      fc.shuffledSubarray(some, { minLength: some.length }),
      async (columns, shuffled) => {
        const text = shuffled.map((row) =>
          columns.map((column) => row.split(',')[detectionColumns.indexOf(column)]).join(','),
        );
        expect(events(await read([columns.join(','), ...text].join('\n')))).toEqual(straight);
      },
    ),
    { numRuns: 20 },
  );
});

test('the whole file becomes 610 sound statistics; each of its 4,286 figures is in one cell, unchanged', async () => {
  const items = await Array.fromAsync(importSources.detections.read(linesOf(createReadStream(file, 'utf8'))));
  const events = eventsOf(items);
  expect(items.filter((item) => !item.ok)).toEqual([]);
  expect(events).toHaveLength(610);
  expect(new Set(events.map(({ event }) => event.id)).size).toBe(610);
  for (const { event } of events) expect(validateEvent(event)).toMatchObject({ ok: true });
  expect(events.flatMap(({ lines }) => lines).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 4286 }, (_, i) => i + 2),
  );

  const figures = events.flatMap(({ event }) => {
    const { cells }: { cells: { value?: number; below?: number }[] } = Object(event.data);
    return cells.map(({ value, below }) => (value === undefined ? `<${below}` : String(value)));
  });
  const published = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);
  const values = published.map((row) => (/,("[^"]*"|[^,"]*)$/.exec(row)?.[1] ?? '').replaceAll(/[",]/g, ''));
  expect(figures.sort()).toEqual(values.sort());
  expect(items.filter((item) => 'label' in item && item.label === '')).toHaveLength(11);
});
