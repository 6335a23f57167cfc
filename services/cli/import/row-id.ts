import { hash } from 'node:crypto';

/**
 * Ids that are the same in every import of the same rows, in whatever order a file has its columns: a hash of the
 * fields, and how many equal rows came before. Rows that repeat an earlier one are incidents of their own.
 *
 * Keeps a count of each different row: some 100 bytes a row.
 */
export function createRowIds(prefix: string): (fields: readonly string[]) => string {
  const seen = new Map<string, number>();
  return (fields) => {
    const row = hash('sha256', JSON.stringify(fields), 'buffer').toString('base64url', 0, 15);
    const ordinal = (seen.get(row) ?? 0) + 1;
    seen.set(row, ordinal);
    return ordinal === 1 ? `${prefix}-${row}` : `${prefix}-${row}.${ordinal}`;
  };
}
