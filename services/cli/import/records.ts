import { parse } from 'csv-parse/sync';
import { t } from '../language.ts';
import type { Line } from '../lines.ts';

/** A row of a CSV file, by the names of the header. */
export interface CsvRow<Column extends string> {
  readonly ok: true;
  /** Line at which the row begins, from 1. */
  readonly line: number;
  readonly fields: Readonly<Record<Column, string>>;
}

/** A row that cannot be read. */
export interface RefusedRow {
  readonly ok: false;
  readonly line: number;
  readonly reason: string;
  /** The row's country, where it could be told. */
  readonly country?: string;
}

/** The file has no usable header: nothing of it can be imported. */
export class HeaderError extends Error {
  override readonly name = 'HeaderError';
  readonly code = 'csv-header';
}

/** A quoted field may go over this many lines. Beyond it a quote is taken for damage, which then costs one row and not the file. */
const maxLinesOfRow = 20;

/**
 * Reads a CSV file with a header, row by row, in constant memory. Columns are found by name, in any order; others
 * are passed over; blank lines too. A damaged row is given as refused, and the rows after it are read.
 *
 * @throws HeaderError when a column is missing or named twice
 */
export async function* csvRows<Column extends string>(
  lines: AsyncIterable<Line>,
  columns: readonly Column[],
): AsyncGenerator<CsvRow<Column> | RefusedRow> {
  let header: readonly string[] | undefined;
  for await (const { line, fields, damage } of csvRecords(lines, () => header?.length)) {
    if (header === undefined) {
      header = checkedHeader(fields, columns, damage);
    } else if (damage !== undefined) {
      yield { ok: false, line, reason: damage };
    } else if (fields.length !== header.length) {
      yield {
        ok: false,
        line,
        reason: t(
          `${fields.length} fields where the header has ${header.length}`,
          `${fields.length} campos donde el encabezado tiene ${header.length}`,
        ),
      };
    } else {
      yield { ok: true, line, fields: named(columns, header, fields) };
    }
  }
  if (header === undefined)
    throw new HeaderError(
      t(
        'the file is empty: its first line must name the columns',
        'el archivo está vacío: su primera línea debe nombrar las columnas',
      ),
    );
}

function checkedHeader(
  fields: readonly string[],
  columns: readonly string[],
  damage?: string,
): readonly string[] {
  const names = fields.map((name) => name.trim().toLowerCase());
  const missing = columns.filter((column) => !names.includes(column));
  const twice = columns.filter((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (damage !== undefined)
    throw new HeaderError(
      t(`the header cannot be read: ${damage}`, `no se puede leer el encabezado: ${damage}`),
    );
  if (missing.length > 0) {
    throw new HeaderError(
      t(
        `the header has no column ${missing.join(', ')} (it must have ${columns.join(', ')})`,
        `al encabezado le falta ${missing.join(', ')} (debe tener ${columns.join(', ')})`,
      ),
    );
  }
  if (twice.length > 0) throw new HeaderError(`the header names ${twice.join(', ')} twice`);
  return names;
}

function named<Column extends string>(
  columns: readonly Column[],
  header: readonly string[],
  fields: readonly string[],
): Record<Column, string> {
  const entries = columns.map((column) => [column, (fields[header.indexOf(column)] ?? '').trim()] as const);
  return Object.fromEntries(entries) as Record<Column, string>; // every column is in the header: checkedHeader
}

interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
  readonly damage?: string;
}

/**
 * Each line is parsed by itself, so that a stray quote cannot swallow the rows that follow. Only when its quotes do
 * not pair up are the next lines taken to it, and given back when that makes no row of the right width.
 */
async function* csvRecords(
  lines: AsyncIterable<Line>,
  width: () => number | undefined,
): AsyncGenerator<CsvRecord> {
  const iterator = lines[Symbol.asyncIterator]();
  const ahead: Line[] = [];
  const next = async (): Promise<Line | undefined> => {
    const taken = ahead.shift();
    if (taken !== undefined) return taken;
    const { done, value } = await iterator.next();
    return done === true ? undefined : value;
  };
  for (let line = await next(); line !== undefined; line = await next()) {
    if (line.text.trim() === '') continue;
    if (quotesPair(line.text)) {
      yield { line: line.number, ...fieldsOf(line.text) };
      continue;
    }
    const more: Line[] = [];
    let joined: CsvRecord | undefined;
    for (let text = line.text; joined === undefined && more.length < maxLinesOfRow; ) {
      const following = await next();
      if (following === undefined) break;
      more.push(following);
      text += `\n${following.text}`;
      if (!quotesPair(text)) continue;
      const parsed = fieldsOf(text);
      if (parsed.damage !== undefined || parsed.fields.length !== (width() ?? parsed.fields.length)) break;
      joined = { line: line.number, ...parsed };
    }
    if (joined === undefined) ahead.unshift(...more);
    yield joined ?? {
      line: line.number,
      fields: [],
      damage: t('a quote is opened and not closed', 'una comilla se abre y no se cierra'),
    };
  }
}

const quotesPair = (text: string): boolean => text.split('"').length % 2 === 1;

function fieldsOf(text: string): { fields: readonly string[]; damage?: string } {
  try {
    const records: string[][] = parse(text, { relax_column_count: true, skip_empty_lines: true });
    const [fields, ...others] = records;
    if (fields !== undefined && others.length === 0) return { fields };
    return {
      fields: [],
      damage: t(
        'its quotes do not close where a field ends',
        'sus comillas no se cierran donde termina un campo',
      ),
    };
  } catch (error) {
    // csv-parse's codes are stable, its texts quote the row.
    const code = Error.isError(error) && 'code' in error ? String(error.code) : 'unreadable';
    return { fields: [], damage: damages[code] ?? t(`it is not CSV (${code})`, `no es CSV (${code})`) };
  }
}

const damages: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: t('a quote is opened and not closed', 'una comilla se abre y no se cierra'),
  CSV_INVALID_CLOSING_QUOTE: t(
    'its quotes do not close where a field ends',
    'sus comillas no se cierran donde termina un campo',
  ),
  INVALID_OPENING_QUOTE: t(
    'a quote stands inside a field that is not quoted',
    'hay una comilla dentro de un campo sin comillas',
  ),
};
