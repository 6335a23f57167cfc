/** What can be said about the code without running it. */
import { existsSync } from 'node:fs';
import { root, runNode } from './node.mjs';

const bin = `${root}/node_modules`;
const generator = `${root}/schemas/generate.ts`;

const checks = [
  ['types', [`${bin}/typescript/bin/tsc`, '-b', '.', 'services/console/web', 'tests/console']],
  ['format and lint', [`${bin}/@biomejs/biome/bin/biome`, 'check', '--diagnostic-level=warn', '.']],
  ['dead code', [`${bin}/knip/bin/knip.js`, '--no-progress']],
  ...(existsSync(generator) ? [['generated files in step', [generator, '--check']]] : []),
];

/** Runs all of them, also when an earlier one fails. @returns whether all of them passed */
export async function check() {
  const failed = [];
  for (const [name, args] of checks) {
    const started = performance.now();
    const code = await runNode(args);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.error(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
    if (code !== 0) failed.push(name);
  }
  if (failed.length > 0) console.error(`check failed: ${failed.join(', ')}`);
  return failed.length === 0;
}
