import type { Agency, IncomingEvent } from '@puebla/schemas';
import { t } from '../language.ts';
import { type ImportItem, shown } from './item.ts';
import { publisherOf, reasonOf, violationsOf } from './publisher.ts';
import type { CsvRow, RefusedRow } from './records.ts';

/**
 * Counts of the Global Report on Trafficking in Persons: a row becomes a cell, the cells of one country, year and
 * indicator a statistic. Figures and labels stay as the source has them, also where it damaged them.
 */
export const detectionColumns = [
  'country',
  'year',
  'indicator',
  'dimension',
  'category',
  'sex',
  'age',
  'value',
] as const;
type DetectionRow = CsvRow<(typeof detectionColumns)[number]>;

const indicators = {
  'Detected trafficking victims': ['DETECTED_VICTIMS', 'Víctimas de trata detectadas'],
  'Persons brought into formal contact': [
    'PERSONS_IN_FORMAL_CONTACT',
    'Personas en contacto formal con la justicia',
  ],
  'Persons prosecuted': ['PERSONS_PROSECUTED', 'Personas procesadas'],
  'Persons convicted': ['PERSONS_CONVICTED', 'Personas condenadas'],
  'Offences of trafficking in persons': ['OFFENCES', 'Delitos de trata de personas'],
} as const;
const dimensions = {
  Total: 'TOTAL',
  'by form of exploitation': 'FORM_OF_EXPLOITATION',
  'by citizenship': 'CITIZENSHIP',
  'by country of repatriation': 'COUNTRY_OF_REPATRIATION',
} as const;
const sexes = { Total: 'TOTAL', Female: 'FEMALE', Male: 'MALE', Other: 'OTHER', Unknown: 'UNKNOWN' } as const;
const ages = {
  Total: 'TOTAL',
  '0 to 17 years': 'FROM_0_TO_17',
  '18 years or over': 'FROM_18',
  Unknown: 'UNKNOWN',
} as const;

/** A cell must have a label; the source leaves some blank. */
export const blankLabel = '(sin etiqueta / no label)';

interface Cell {
  readonly dimension: string;
  readonly category: string;
  readonly sex: string;
  readonly age: string;
  readonly value?: number;
  readonly below?: number;
}

interface Group {
  readonly agency: Agency;
  readonly country: string;
  readonly year: string;
  readonly indicator: keyof typeof indicators;
  readonly cells: { readonly cell: Cell; readonly line: number }[];
}

/** Takes rows, and gives the statistics when all are taken: rows of one statistic may be anywhere in the file. */
export function createDetectionMapper(): {
  take(row: DetectionRow): readonly ImportItem[];
  finish(): Generator<ImportItem>;
} {
  const groups = new Map<string, Group>();
  return {
    take(row) {
      const read = readRow(row);
      if ('ok' in read) return [read];
      const { key, group, cell } = read;
      const found = groups.get(key) ?? group;
      groups.set(key, found);
      found.cells.push({ cell, line: row.line });
      const { category } = row.fields;
      return isDamaged(category) ? [{ ok: true, line: row.line, label: category }] : [];
    },
    *finish() {
      for (const [id, group] of groups) yield* statisticOf(id, group);
    },
  };
}

/** What a lost accent leaves behind, and nothing at all. */
const isDamaged = (label: string): boolean => label === '' || label.includes('\uFFFD');

function readRow(row: DetectionRow): { key: string; group: Group; cell: Cell } | RefusedRow {
  const { fields, line } = row;
  const { country, year, indicator, category } = fields;
  const refuse = (reason: string): RefusedRow => ({ ok: false, line, reason, country });
  const agency = publisherOf(country);
  if (typeof agency === 'string') return refuse(agency);
  if (!/^\d{4}$/.test(year) || Number(year) > new Date().getUTCFullYear())
    return refuse(t(`year ${shown(year)} is no year of the past`, `year ${shown(year)} no es un año pasado`));
  if (!isOneOf(indicators, indicator)) return refuse(notOneOf('indicator', indicator, indicators));
  const figure = figureOf(fields.value);
  if (figure === undefined)
    return refuse(
      t(
        `value ${shown(fields.value)} is neither a count such as 1,023 nor a bound such as <5`,
        `value ${shown(fields.value)} no es una cantidad como 1,023 ni una cota como <5`,
      ),
    );
  for (const [name, list] of [
    ['dimension', dimensions],
    ['sex', sexes],
    ['age', ages],
  ] as const) {
    if (!isOneOf(list, fields[name])) return refuse(notOneOf(name, fields[name], list));
  }
  const cell = {
    dimension: symbolOf(dimensions, fields.dimension),
    category: category === '' ? blankLabel : category,
    sex: symbolOf(sexes, fields.sex),
    age: symbolOf(ages, fields.age),
    ...figure,
  };
  const key = `glotip-${country}-${year}-${indicators[indicator][0]}`.toLowerCase().replaceAll('_', '-');
  return { key, cell, group: { agency, country, year, indicator, cells: [] } };
}

const isOneOf = <List extends object>(list: List, text: string): text is string & keyof List =>
  Object.hasOwn(list, text);
const symbolOf = (list: Readonly<Record<string, string>>, text: string): string => list[text] ?? 'OTHER';
const notOneOf = (name: string, text: string, list: object): string =>
  `${name} ${shown(text)} is none of ${Object.keys(list).join(', ')}`;

/** `1,023` is a count with thousands separators; `<5` is kept back at the source. */
function figureOf(text: string): { value: number } | { below: number } | undefined {
  const below = /^<\s?(\d{1,9})$/.exec(text)?.[1];
  if (below !== undefined) return { below: Number(below) };
  if (!/^\d{1,9}$|^\d{1,3}(,\d{3}){1,2}$/.test(text)) return undefined;
  return { value: Number(text.replaceAll(',', '')) };
}

/** The statistic of a group. Rows whose cells the contract refuses are left out and named; the others are kept. */
function* statisticOf(id: string, group: Group): Generator<ImportItem> {
  const { agency, country } = group;
  // In an order of its own: the same rows in another order are the same statistic.
  const cells = [...group.cells].sort(
    (a, b) => compare(JSON.stringify(a.cell), JSON.stringify(b.cell)) || a.line - b.line,
  );
  const violations = violationsOf(
    statisticEvent(
      id,
      group,
      cells.map(({ cell }) => cell),
    ),
    agency,
  );
  const wrong = Map.groupBy(violations, ({ pointer }) =>
    Number(/^\/data\/cells\/(\d+)/.exec(pointer)?.[1] ?? -1),
  );
  const ofAll = wrong.get(-1);
  for (const [index, { line }] of cells.entries()) {
    const reasons = ofAll ?? wrong.get(index);
    if (reasons !== undefined) yield { ok: false, line, country, reason: reasonOf(reasons) };
  }
  const sound = ofAll === undefined ? cells.filter((_, index) => !wrong.has(index)) : [];
  if (sound.length === 0) return;
  const event = statisticEvent(
    id,
    group,
    sound.map(({ cell }) => cell),
  );
  yield { ok: true, country, agency: agency.id, lines: sound.map(({ line }) => line), event };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function statisticEvent(
  id: string,
  { country, year, indicator }: Group,
  cells: readonly Cell[],
): IncomingEvent & { readonly id: string } {
  const [symbol, title] = indicators[indicator];
  return {
    specversion: '1.0',
    id,
    type: 'statistic',
    time: `${year}-12-31T00:00:00Z`,
    tlp: 'CLEAR',
    data: {
      country,
      period: { from: `${year}-01-01`, to: `${year}-12-31` },
      indicator: symbol,
      information: [
        {
          language: 'es',
          title: `${title}, ${country}, ${year}`,
          note: 'UNODC, datos del Informe Mundial sobre la Trata de Personas (GLOTIP), estado al 14 de abril de 2025. Las cifras son estimaciones mínimas.',
        },
        {
          language: 'en',
          title: `${indicator}, ${country}, ${year}`,
          note: 'UNODC, data of the Global Report on Trafficking in Persons (GLOTIP), state of 14 April 2025. Figures are minimum estimates.',
        },
      ],
      cells,
      source: {
        origin: 'PUBLISHED',
        name: 'UNODC, Global Report on Trafficking in Persons (GLOTIP)',
        url: 'https://dataunodc.un.org',
      },
    },
  };
}
