import { demonstrationRegister } from './demonstration.ts';
import type { Office, Register, Term } from './directory.ts';
import table from './handling-cases.json' with { type: 'json' };
import type { Status } from './participants.ts';

/** An event of the table of cases, and who of `tableReaders` may read it. */
export interface TableEvent {
  /** Of canRead (rules.md): the one that lets most of them. */
  readonly row: number;
  readonly kind: string;
  readonly agency: string;
  readonly tlp: string;
  readonly audience?: string;
  /** As its audience is stamped. */
  readonly readers?: string;
  readonly sponsor?: string;
  readonly office?: Office;
  /** It cannot be published today: it is put into its lane as it is. */
  readonly written?: boolean;
  readonly may: readonly (string | null)[];
}

// JSON knows no unions of literals; handling.test.ts looks at what is in it.
export const tableEvents = table.events as readonly TableEvent[];

/** Agencies, each by a token of a system, and persons (`<agency>/<person>`); null: not signed in. */
export const tableReaders: readonly (string | null)[] = table.readers;

/** Agencies that are not there now: ended, not begun, never known. */
export const tableGone: readonly string[] = table.gone;

/** The demonstration's register with the rows of the table in place of those about the same. */
export const tableRegister: Register = {
  ...demonstrationRegister,
  participants: replaced(
    demonstrationRegister.participants,
    table.register.participants.map((row) => ({ ...row, status: row.status as Status })),
    ({ code }) => code,
  ),
  agencies: demonstrationRegister.agencies.map((agency) => ({
    ...agency,
    ...table.register.agencies.find(({ id }) => id === agency.id),
  })),
  clearances: table.register.clearances,
  offices: replaced(
    demonstrationRegister.offices,
    table.register.offices.map((row) => ({ ...row, office: row.office as Office })),
    ({ office }) => office,
  ),
};

function replaced<Row extends Term>(
  rows: readonly Row[],
  by: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const keys = new Set(by.map(keyOf));
  return [...rows.filter((row) => !keys.has(keyOf(row))), ...by];
}
