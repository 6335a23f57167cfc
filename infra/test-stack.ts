/**
 * One stack for all tests of a run (`globalSetup`), under a folder of its own. It is started only when a selected test needs
 * servers: those named `*.int.test.ts`, and everything in `tests/`. Test files find it by `testStack()`. A developer who has a stack running sets the three variables himself, and none is started.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../services/kit/config.ts';
import { progressTo } from './embedded/progress.ts';
import type { Stack } from './embedded/stack.ts';
import { testAddresses } from './test-addresses.ts';
import { startTestServers } from './test-servers.ts';

let running: { readonly stack: Stack; readonly home: string } | undefined;

export async function setup(): Promise<void> {
  if (testAddresses(process.env)) return;
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

/** Vitest ends without its teardown when it is interrupted. */
function killAtExit(): void {
  running?.stack.killNow();
}
