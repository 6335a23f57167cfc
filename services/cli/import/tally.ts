import type { ImportedEvent, ImportItem } from './item.ts';

/** One country's line of the summary; rows are rows of the file. */
interface CountrySummary {
  readonly country: string;
  /** Who publishes for it. */
  readonly agency: string;
  readonly rows: number;
  readonly events: number;
  /** Rows whose events are kept, now or by an earlier import. */
  readonly kept: number;
  readonly refused: number;
}

export interface RefusedLine {
  readonly line: number;
  readonly country?: string;
  readonly reason: string;
}

export interface ImportSummary {
  readonly rows: number;
  readonly events: number;
  readonly kept: number;
  readonly refused: number;
  readonly countries: readonly CountrySummary[];
  readonly refusedRows: readonly RefusedLine[];
  /** Labels that the source damaged, with the lines where they stand. */
  readonly damagedLabels: Readonly<Record<string, readonly number[]>>;
}

/** Counts what becomes of an import, row by row. */
export interface Tally {
  /** A row was read that is no event: refused before it was sent, or a remark. */
  note(item: Exclude<ImportItem, ImportedEvent>): void;
  kept(event: ImportedEvent): void;
  refused(event: ImportedEvent, reason: string): void;
  /** Rows whose outcome is known. */
  settledRows(): number;
  summary(): ImportSummary;
}

type Counts = { -readonly [Name in keyof CountrySummary]: CountrySummary[Name] };

/** @param agencyOf who publishes for a country; undefined where nobody does, and its rows have no line of their own */
export function createTally(
  agencyOf: (country: string) => string | undefined,
  onRefused: (row: RefusedLine) => void = () => {},
): Tally {
  const countries = new Map<string, Counts>();
  const refusedRows: RefusedLine[] = [];
  const damagedLabels: Record<string, number[]> = {};
  let rowsOfNobody = 0;

  const countsOf = (country: string | undefined): Counts | undefined => {
    const agency = country === undefined ? undefined : agencyOf(country);
    if (country === undefined || agency === undefined) return undefined;
    const counts = countries.get(country) ?? { country, agency, rows: 0, events: 0, kept: 0, refused: 0 };
    countries.set(country, counts);
    return counts;
  };
  const refuse = (row: RefusedLine): void => {
    refusedRows.push(row);
    onRefused(row);
    const counts = countsOf(row.country);
    if (counts === undefined) {
      rowsOfNobody += 1;
    } else {
      counts.rows += 1;
      counts.refused += 1;
    }
  };
  const total = (name: 'rows' | 'events' | 'kept' | 'refused'): number =>
    countries.values().reduce((sum, counts) => sum + counts[name], 0);

  return {
    note(item) {
      if (item.ok) damagedLabels[item.label] = [...(damagedLabels[item.label] ?? []), item.line];
      else refuse({ line: item.line, reason: item.reason, ...(item.country && { country: item.country }) });
    },
    kept({ country, lines }) {
      const counts = countsOf(country);
      if (counts === undefined) return;
      counts.rows += lines.length;
      counts.kept += lines.length;
      counts.events += 1;
    },
    refused({ country, lines }, reason) {
      for (const line of lines) refuse({ line, country, reason });
      const counts = countsOf(country);
      if (counts !== undefined) counts.events += 1;
    },
    settledRows: () => total('rows') + rowsOfNobody,
    summary: () => ({
      rows: total('rows') + rowsOfNobody,
      events: total('events'),
      kept: total('kept'),
      refused: total('refused') + rowsOfNobody,
      countries: [...countries.values()].sort((a, b) => (a.country < b.country ? -1 : 1)),
      refusedRows: refusedRows.toSorted((a, b) => a.line - b.line),
      damagedLabels,
    }),
  };
}
