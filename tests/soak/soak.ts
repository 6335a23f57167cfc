/** `npm run soak -- --minutes N --seed S`: README.md beside this file. Exit codes: 0 clean, 1 not, 2 used wrongly, 130 broken off. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Histories } from './history.ts';
import { runSoak } from './run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    out: { type: 'string', default: 'soak-histories' },
  },
});
/** The histories are held in memory, some 300 MB an hour. */
const maxMinutes = 240;
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0 && minutes <= maxMinutes && Number.isSafeInteger(seed))) {
  console.error(`Usage: npm run soak -- --minutes N (at most ${maxMinutes}) --seed INTEGER [--out FOLDER]`);
  process.exit(2);
}
// Leaving by `exit`, the exchange is ended too.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130));
console.log(`A soak of ${minutes} minutes, seed ${seed}.`);
const { verdict, figures, histories, brokenOff } = await runSoak({ minutes, seed, say: console.log });
for (const [name, figure] of Object.entries(figures)) console.log(`${name}: ${figure}`);
for (const violation of verdict.violations) console.log(JSON.stringify(violation));
if (brokenOff !== undefined) console.log(`It was broken off:\n${brokenOff}`);
if (!verdict.ok) {
  write(values.out, histories);
  console.log(`The histories are in ${values.out}.`);
}
console.log(verdict.ok ? 'Clean: every promise was kept.' : 'Not clean.');
process.exitCode = verdict.ok ? 0 : 1;

/** One file a client, one note a line. */
function write(folder: string, { publishers, readers, threads, looks, asked, ...rest }: Histories): void {
  mkdirSync(folder, { recursive: true });
  const lines = (notes: readonly object[]): string =>
    notes.map((note) => `${JSON.stringify(note)}\n`).join('');
  for (const [index, notes] of publishers.entries())
    writeFileSync(join(folder, `publisher-${index + 1}.ndjson`), lines(notes));
  for (const { reader, notes } of readers)
    writeFileSync(join(folder, `${reader.replaceAll(/[ /]/g, '-')}.ndjson`), lines(notes));
  writeFileSync(join(folder, 'threads.ndjson'), lines(threads));
  writeFileSync(join(folder, 'looks.ndjson'), lines(looks));
  writeFileSync(join(folder, 'asked.ndjson'), lines(asked));
  writeFileSync(join(folder, 'directory.json'), JSON.stringify(rest));
}
