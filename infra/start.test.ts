import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockHome } from './embedded/home.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'puebla-start-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Runs `infra/start.ts` to its end in an environment of these variables alone. */
async function start(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; said: string[] }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], {
    env: { PUEBLA_HOME: home, PUEBLA_CACHE: join(home, 'cache'), PUEBLA_PORT: await freePort(), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const said = await text(child.stderr);
  return { code: await code, said: said.trimEnd().split('\n') };
}

async function listenAnywhere() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: String(address.port) };
}

async function freePort(): Promise<string> {
  const { server, port } = await listenAnywhere();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a wrong setting: exit code 2 and one line that names it', async () => {
  const { code, said } = await start({ PUEBLA_PORT: 'http' });
  expect(said).toEqual([expect.stringContaining('PUEBLA_PORT is "http", expected a number from 1 to 65535')]);
  expect(code).toBe(2);
});

test('a port that is taken: exit code 3 and one line, before anything is fetched or started', async () => {
  const { server, port } = await listenAnywhere();
  const { code, said } = await start({ PUEBLA_PORT: port });
  server.close();
  expect(said).toEqual([
    expect.stringContaining(`Port ${port} of 127.0.0.1 is taken: end what uses it, or set PUEBLA_PORT`),
  ]);
  expect(code).toBe(3);
});

test('a setting that is misspelt: one line that says so, and the start goes on', async () => {
  const { server, port } = await listenAnywhere();
  const { said } = await start({ PUEBLA_PROT: '8080', PUEBLA_PORT: port });
  server.close();
  expect(said).toEqual([
    expect.stringContaining('PUEBLA_PROT is none of the settings'),
    expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`),
  ]);
});

test('no Maven to fetch the servers with, or no Java to run them: exit code 4 and one line', async () => {
  const { code, said } = await start({ PATH: '' });
  expect(said).toEqual([expect.stringMatching(/install/)]);
  expect(code).toBe(4);
});

test('a home that cannot be written: exit code 7 and one line', async () => {
  const { code, said } = await start({ PUEBLA_HOME: '/proc/puebla' });
  expect(said).toEqual([expect.stringContaining('set PUEBLA_HOME to a folder that can')]);
  expect(code).toBe(7);
});

test('a home in use by another start: exit code 8 and one line', async () => {
  const unlock = await lockHome(home);
  const { code, said } = await start({});
  await unlock();
  expect(said).toEqual([expect.stringContaining('Another start is running with')]);
  expect(code).toBe(8);
});
