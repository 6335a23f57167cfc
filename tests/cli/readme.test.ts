import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChildExchange, startChildExchange } from '../child-exchange.ts';

/** The first steps of the README, line by line as they stand there. */
const root = resolve(import.meta.dirname, '../..');
const steps = readFileSync(join(root, 'README.md'), 'utf8').split('## First steps')[1] ?? '';
const [commands = '', requests = ''] = [...steps.matchAll(/```sh\n(.*?)```/gs)].map(([, lines]) => lines);

let exchange: ChildExchange;
beforeAll(async () => {
  exchange = await startChildExchange();
});
afterAll(() => exchange.close());

/** In the folder of the checkout, where a person stands; `npx` finds there what is run here without it. */
function shell(lines: string): Promise<{ stdout: string; stderr: string }> {
  const launcher = join(root, 'services/cli/bin/puebla.mjs');
  const script = lines
    .replaceAll('npx puebla', `'${process.execPath}' '${launcher}'`)
    .replaceAll('http://127.0.0.1:8080', exchange.url);
  const env = { ...process.env, ...exchange.environment };
  return promisify(execFile)('bash', ['-c', script], { cwd: root, env, maxBuffer: 1 << 26 });
}

/** A command that waits for a few seconds may do so in vain where much else is running. */
async function again<T>(work: (nth: number) => Promise<T>): Promise<T> {
  for (let nth = 0; ; nth += 1) {
    try {
      return await work(nth);
    } catch (error) {
      if (nth === 4) throw error;
    }
  }
}

test('each command of the first steps does what it is there for', async () => {
  const lines = commands.trim().split('\n');
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    const { stdout } = await again(() => shell(line));
    expect([line, stdout]).toEqual([line, expect.stringMatching(/[\w"]/)]);
  }
});

test('the requests publish an event, and show it', async () => {
  const { stdout } = await again(async (nth) => {
    const patient = requests.replace('--max-time 5', `--max-time ${5 * (nth + 1)}`);
    // curl ends the stream by its own limit of time, which is an error to the shell.
    const shown = await shell(`${patient.trim()} || true`);
    expect(shown.stdout).toMatch(/^data: \{.*"id":"2026-000117"/m);
    return shown;
  });
  expect(stdout).toMatch(/"receipt":"/);
});
