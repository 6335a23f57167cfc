/**
 * One stack for all tests of a Jest run (`globalSetup`, `globalTeardown`), under a folder of its own. It is started only
 * when a selected test needs servers: those named `*.int.test.ts`, and everything in `tests/`. Test files find it by
 * `testStack()`. A developer who has a stack running sets the three variables himself, and none is started.
 */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig } from '../services/kit/config.ts';
import { progressTo } from './embedded/progress.ts';
import type { Stack } from './embedded/stack.ts';
import { testAddresses } from './test-addresses.ts';
import { startTestServers } from './test-servers.ts';

const root = resolve(import.meta.dirname, '..');
const needServers = ['{schemas,services,infra}/**/*.int.test.ts', 'tests/**/*.test.ts'];
/** Folders of tests that start servers of their own. */
const withoutThem = ['node_modules', 'erased', 'soak'];

/** As much of Jest's configuration as says which tests were asked for. */
interface Selection {
  readonly testPathPatterns?: { readonly patterns?: readonly string[] };
}

let running: { readonly stack: Stack; readonly home: string } | undefined;

export async function setup(selection: Selection): Promise<void> {
  if (testAddresses(process.env) || !isNeeded(selection)) return;
  const home = mkdtempSync(join(tmpdir(), 'puebla-test-'));
  const config = readConfig({
    ...process.env,
    PUEBLA_HOME: home,
    KAFKA_BROKERS: '',
    REGISTRY_URL: '',
    DATABASE_URL: '',
  });
  const stack = await startTestServers(config, process.env, progressTo(process.stderr));
  running = { stack, home };
  process.once('exit', killAtExit);
  process.env['PUEBLA_TEST_KAFKA'] = stack.kafka;
  process.env['PUEBLA_TEST_REGISTRY'] = stack.registryUrl;
  process.env['PUEBLA_TEST_DATABASE_URL'] = stack.databaseUrl;
}

export async function teardown(): Promise<void> {
  if (!running) return;
  process.off('exit', killAtExit);
  const { stack, home } = running;
  running = undefined;
  // Nobody needs its data again.
  await stack.kill();
  rmSync(home, { recursive: true, force: true });
}

function isNeeded(selection: Selection): boolean {
  const patterns = (selection.testPathPatterns?.patterns ?? []).map((pattern) => new RegExp(pattern, 'i'));
  const files = globSync(needServers, { cwd: root, exclude: (name) => withoutThem.includes(name) });
  return files.some(
    (file) => patterns.length === 0 || patterns.some((pattern) => pattern.test(join(root, file))),
  );
}

/** Jest ends without its teardown when it is interrupted. */
function killAtExit(): void {
  running?.stack.killNow();
}
