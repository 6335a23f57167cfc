/** The checks, then every test; the last line is `N passed, N failed`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { installProgramsOfTests } from './debian.mjs';
import { root, runNode } from './node.mjs';

/**
 * They wait most of the time, for faults that are to come, a browser, Prometheus, what is to be erased: in a whole run they are
 * run beside all else, on servers of their own.
 */
const besides = [
  'infra/embedded/stack.int.test.ts',
  'tests/console/',
  'tests/erased/',
  'tests/idle/',
  'tests/observability/',
  'tests/soak/soak.test.ts',
];

/** Arguments go to Jest, so that `npm test -- cursor` runs what has that in its path. */
export async function test(args) {
  const whole = args.length === 0;
  installProgramsOfTests(args);
  // Every exchange and command that a test starts loads the same code in threads and processes of its own: a third less work.
  process.env.NODE_COMPILE_CACHE ??= `${root}/node_modules/.cache/node`;
  const beside = whole ? runJest(besides) : undefined;
  const checked = await check();
  const rest = await runJest(whole ? ['--testPathIgnorePatterns', '/node_modules/', ...besides] : args);
  const runs = [rest, ...(beside === undefined ? [] : [await beside])];
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const failed = runs.reduce((sum, run) => sum + run.failed, checked ? 0 : 1);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && runs.every(({ code }) => code === 0) ? 0 : 1;
}

async function runJest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'puebla-results-'));
  const results = join(folder, 'results.json');
  try {
    // One worker: the servers that the tests use need the other core.
    const code = await runNode([
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      `${root}/node_modules/jest/bin/jest.js`,
      '--maxWorkers=1',
      '--json',
      `--outputFile=${results}`,
      ...args,
    ]);
    return { code, ...countsOf(results, code) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file of tests that could not be run counts as one failure, and so does a Jest that left no results. */
function countsOf(file, code) {
  let results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return { passed: results.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}
