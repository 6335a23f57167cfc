/** The checks, then every test; the last line is `N passed, N failed`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { installProgramsOfTests } from './debian.mjs';
import { root, runNode } from './node.mjs';

const servers = ['--project', 'units', '--project', 'servers'];

/**
 * A whole run is three at once, each on servers of its own and one part after the other: tests wait more than they work. With a fourth
 * at once two cores are too few for what commands have to answer in time.
 */
const atOnce = [
  [['--project', 'watching']],
  [[...servers, '--shard', '1/2']],
  [
    [...servers, '--shard', '2/2'],
    ['--project', 'alone'],
  ],
];

/** Arguments go to Vitest, so that `npm test -- cursor` runs what has that in its path. */
export async function test(args) {
  installProgramsOfTests(args);
  // Every exchange and command that a test starts loads the same code in threads and processes of its own: a third less work.
  process.env.NODE_COMPILE_CACHE ??= `${root}/node_modules/.cache/node`;
  // What is said is looked for in English, whatever the language of the machine.
  process.env.LC_ALL = 'C.UTF-8';
  const [checked, ...several] = await Promise.all([
    check(),
    ...(args.length === 0 ? atOnce : [[args]]).map(inTurn),
  ]);
  const runs = several.flat();
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const failed = runs.reduce((sum, run) => sum + run.failed, checked ? 0 : 1);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && runs.every(({ code }) => code === 0) ? 0 : 1;
}

async function inTurn(parts) {
  const runs = [];
  for (const part of parts) runs.push(await runVitest(part));
  return runs;
}

async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'puebla-results-'));
  const results = join(folder, 'results.json');
  try {
    const code = await runNode([
      `${root}/node_modules/vitest/vitest.mjs`,
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile=${results}`,
      ...args,
    ]);
    return { code, ...countsOf(results, code) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that ends in an error though no test failed counts as one failure, and so does one that leaves no results. */
function countsOf(file, code) {
  let results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const failed = results.numFailedTests;
  return { passed: results.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}
