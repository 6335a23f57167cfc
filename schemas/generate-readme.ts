// biome-ignore-all lint/style/noRestrictedImports: a script of the build, no part of the contract.
/**
 * Writes the tables of `README.md` that follow from the contract: the kinds, the rule codes, and the metrics. `npm run generate -w schemas` runs it,
 * after `generate.ts`, whose types it needs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from './catalogue.ts';
import type { Kind } from './kind.ts';
import { labelSets, metricEntries } from './metrics.ts';
import { ruleTexts } from './rule-codes.ts';

export const readmeFile = join(dirname(fileURLToPath(import.meta.url)), 'README.md');

type Row = readonly string[];

function tables(): Readonly<Record<string, readonly Row[]>> {
  return {
    kinds: [
      ['kind', 'what it is', 'category is its', 'TLP proposed', 'who publishes it, and how marked'],
      ...catalogue.map(({ name, title, category, tlp, publishers, offices }) => [
        `\`${name}\``,
        `${title.es} / ${title.en}`,
        category === null ? '' : `\`${category}\``,
        tlp,
        whoPublishes(publishers, offices),
      ]),
    ],
    rules: [
      ['code', 'what it says'],
      ...Object.entries(ruleTexts).map(([code, [, en]]) => [`\`${code}\``, en]),
    ],
    metrics: [
      ['metric', 'type', 'labels', 'of', 'meaning'],
      ...metricEntries.map(({ name, type, labels, of, meaning }) => [
        `\`${name}\``,
        type,
        Object.entries(labels)
          .map(([label, set]) => `\`${label}\`: ${labelSets[set].en}`)
          .join('; '),
        of.join(', '),
        meaning.en,
      ]),
    ],
  };
}

/** Statuses that mark alike are said together. */
function whoPublishes(publishers: Kind['publishers'], offices: Kind['offices']): string {
  if (offices !== undefined) return `whoever holds ${offices.of.join(' or ')}: ${offices.tlp.join(' ')}`;
  const alike = Map.groupBy(Object.entries(publishers), ([, { tlp }]) => tlp.join(' '));
  const sayings = [...alike].map(([markings, of]) => {
    const statuses = of.map(([status, { condition, sponsored }]) =>
      condition || sponsored ? `${status}\\*` : status,
    );
    return `${statuses.join(' ')}: ${markings}`;
  });
  return sayings.join('; ');
}

function markdown(rows: readonly Row[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/**
 * The README with its tables as the contract has them now.
 * @throws Error where the text has no place for one.
 */
export function withTables(readme: string): string {
  let text = readme;
  for (const [name, rows] of Object.entries(tables())) {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const [before, rest] = text.split(`${begin}\n`);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`the README has no place for ${name}`);
    text = `${before}${begin}\n\n${markdown(rows)}\n\n${end}${after}`;
  }
  return text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(readmeFile, withTables(readFileSync(readmeFile, 'utf8')));
}
