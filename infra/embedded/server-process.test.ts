import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { familyOf, identify, isAlive, workingIn } from './identity.ts';
import { endLeftover, type ServerProcess, type ServerSpec, startServer } from './server-process.ts';

let home: string;
const servers: ServerProcess[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'puebla-server-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  rmSync(home, { recursive: true });
});

function shell(script: string, more: Partial<ServerSpec> = {}): ServerSpec {
  return {
    name: 'shell',
    command: '/bin/sh',
    args: ['-c', script],
    env: {},
    ready: (log) => log().includes('ready'),
    startBoundMs: 60_000,
    stopSignal: 'SIGTERM',
    stopBoundMs: 5_000,
    ...more,
  };
}

async function start(script: string, more: Partial<ServerSpec> = {}): Promise<ServerProcess> {
  const server = await startServer(home, shell(script, more));
  servers.push(server);
  return server;
}

/** Pids of those whose command line has the text. */
const processesNaming = (text: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });

const note = () => join(home, 'run', 'shell.json');

test('is ready when it says so, in a process group of its own, and noted until it has ended', async () => {
  const server = await start('echo ready; exec sleep 60');
  expect(server.isAlive()).toBe(true);
  expect(readFileSync(`/proc/${server.pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[2]).toBe(
    String(server.pid),
  );
  expect(JSON.parse(readFileSync(note(), 'utf8'))).toEqual(identify(server.pid));
  await server.stop();
  await server.ended;
  expect(server.isAlive()).toBe(false);
  expect(existsSync(note())).toBe(false);
});

test('what an earlier run wrote makes no server ready', async () => {
  await (await start('echo ready; exec sleep 60')).stop();
  await expect(start('exec sleep 60', { startBoundMs: 300 })).rejects.toMatchObject({
    code: 'server-failed',
    message: expect.stringContaining('was not ready within 0.3 s'),
  });
});

test('one that ends while it starts is said with its last words', async () => {
  await expect(start('echo first; echo the reason; exit 3')).rejects.toMatchObject({
    code: 'server-failed',
    message: expect.stringContaining('(exit code 3; the reason): see'),
  });
  await expect(start('echo No space left on device; exit 1')).rejects.toMatchObject({ code: 'disk-full' });
});

test('a program that is not there is said', async () => {
  await expect(start('', { command: '/nowhere/java' })).rejects.toMatchObject({ code: 'server-failed' });
});

test('one that does not end when asked is killed, and its children with it', async () => {
  const script = 'trap "" TERM; sleep 60 & sleep 60 & echo ready; wait; wait';
  const server = await start(script, { stopBoundMs: 200 });
  const head = identify(server.pid);
  const family = head ? familyOf(head) : [];
  expect(family).toHaveLength(3);
  await server.stop();
  expect(family.filter(isAlive)).toEqual([]);
});

test('one that cannot be noted down does not stay', async () => {
  mkdirSync(note(), { recursive: true });
  await expect(start(`echo ready; sleep 60; : ${home}`)).rejects.toThrow('EISDIR');
  expect(processesNaming(home)).toEqual([]);
});

test('a start can be given up', async () => {
  const signal = AbortSignal.timeout(100);
  await expect(startServer(home, shell('exec sleep 60'), { signal })).rejects.toThrow();
  expect(existsSync(note())).toBe(false);
});

test('what a killed run left is ended by the next', async () => {
  const left = await start('echo ready; exec sleep 60');
  expect(await endLeftover(home, 'shell')).toBe(true);
  expect(left.isAlive()).toBe(false);
  expect(await endLeftover(home, 'shell')).toBe(false);
});

test('a stranger that has by now the pid of an old server is left alone', async () => {
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    const identity = identify(stranger.pid ?? 0);
    expect(identity).toBeDefined();
    mkdirSync(join(home, 'run'));
    const others = [
      { ...identity, startTicks: (identity?.startTicks ?? 0) - 1 },
      { ...identity, boot: 'another boot' },
    ];
    for (const other of others) {
      writeFileSync(note(), JSON.stringify(other));
      expect(await endLeftover(home, 'shell')).toBe(false);
      expect(identity && isAlive(identity)).toBe(true);
      expect(existsSync(note())).toBe(false);
    }
  } finally {
    stranger.kill('SIGKILL');
  }
});

test.each(['', '{', 'null', '{"pid":1,"startTicks":1,"boot":"x"}', '{"pid":-1}'])(
  'a note that says %s ends nothing',
  async (text) => {
    mkdirSync(join(home, 'run'));
    writeFileSync(note(), text);
    expect(await endLeftover(home, 'shell')).toBe(false);
  },
);

test('processes are found by the folder they work in', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore', cwd: home });
  await new Promise((resolve) => child.once('spawn', resolve));
  expect(workingIn(home).map(({ pid }) => pid)).toEqual([child.pid]);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
  expect(workingIn(home)).toEqual([]);
});

test('the log of a server is bounded', async () => {
  mkdirSync(join(home, 'logs'));
  const log = join(home, 'logs', 'shell.log');
  writeFileSync(log, Buffer.alloc(9 * 1024 * 1024, 'x'));
  await start('echo ready; exec sleep 60');
  expect(readFileSync(log, 'utf8')).toBe('ready\n');
  expect(existsSync(`${log}.1`)).toBe(true);
});
