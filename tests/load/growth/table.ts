import { figures, type Point } from './points.ts';

/** The points as a table in Markdown, one a line. */
export function tableOf(points: readonly Point[]): string {
  const heads = ['events kept', 'participants', ...figures.map(({ name, unit }) => `${name}, ${unit}`)];
  const rows = points.map((point) => [
    inThousands(point.events),
    String(point.participants),
    ...figures.map(({ key }) => inThousands(point[key] ?? Number.NaN)),
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** `12,345`; with one decimal below a hundred, unless it is whole; nothing for NaN. */
export function inThousands(value: number): string {
  if (Number.isNaN(value)) return '';
  const digits = value < 100 && !Number.isInteger(value) ? 1 : 0;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
