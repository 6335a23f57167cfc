import { once } from 'node:events';
import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Cli } from './cli.ts';
import { plainText } from './plain-text.ts';

export const outputFormats = ['table', 'json', 'ndjson'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** A column of a table. */
export interface Column<Item> {
  readonly title: string;
  readonly of: (item: Item) => string | number;
  readonly align?: 'left' | 'right';
}

/**
 * The format asked for; else a table on a terminal; else JSON, in lines where the output has no end of its own:
 * a program can read both, and `[]` is what nothing looks like.
 */
export function formatOf(cli: Cli, asked: OutputFormat | undefined, endless = false): OutputFormat {
  if (asked !== undefined) return asked;
  if (cli.stdout.isTTY === true) return 'table';
  return endless ? 'ndjson' : 'json';
}

/** Writes to stdout, waiting for whoever reads it. */
async function write(cli: Cli, text: string): Promise<void> {
  if (!cli.stdout.write(text)) await once(cli.stdout, 'drain', { signal: cli.signal });
}

/** A list that is written while it comes to be, in constant memory: a JSON array, lines of JSON, or lines of text. */
export interface ListWriter<Item> {
  write(item: Item): Promise<void>;
  end(): Promise<void>;
}

export function openList<Item>(
  cli: Cli,
  format: OutputFormat,
  lineOf: (item: Item) => string,
): ListWriter<Item> {
  let count = 0;
  return {
    write(item) {
      count += 1;
      if (format === 'table') return write(cli, `${lineOf(item)}\n`);
      if (format === 'ndjson') return write(cli, `${JSON.stringify(item)}\n`);
      return write(cli, `${count === 1 ? '[\n' : ',\n'}${JSON.stringify(item)}`);
    },
    async end() {
      if (format === 'json') await write(cli, count === 0 ? '[]\n' : '\n]\n');
    },
  };
}

/** A finished list. */
export async function writeList<Item>(
  cli: Cli,
  format: OutputFormat,
  items: readonly Item[],
  columns: readonly Column<Item>[],
): Promise<void> {
  if (format === 'table') {
    if (items.length > 0) await write(cli, `${tableOf(cli, items, columns)}\n`);
    return;
  }
  const list = openList<Item>(cli, format, () => '');
  for (const item of items) await list.write(item);
  await list.end();
}

/** One thing: a line of JSON, JSON on several lines, or text. */
export async function writeOne(
  cli: Cli,
  format: OutputFormat,
  item: object,
  text: () => string,
): Promise<void> {
  if (format === 'table') await write(cli, `${text()}\n`);
  else await write(cli, `${JSON.stringify(item, null, format === 'json' ? 2 : undefined)}\n`);
}

/** A table without frames: it can be read aloud, copied and cut. */
export function tableOf<Item>(cli: Cli, items: readonly Item[], columns: readonly Column<Item>[]): string {
  const table = new Table({
    head: columns.map(({ title }) => emphasis(cli, title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: noFrames,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  table.push(...items.map((item) => columns.map(({ of }) => plainText(String(of(item))))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Bold on a terminal; plain where NO_COLOR or the stream says so. */
export function emphasis(cli: Cli, text: string): string {
  return styleText('bold', text, { stream: cli.stdout as NodeJS.WriteStream }); // styleText reads isTTY and getColorDepth, and does without
}

const noFrames = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, '']),
);
