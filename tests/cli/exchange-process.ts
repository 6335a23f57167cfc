import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const readyWithinMs = 60_000;

/** An exchange as a person starts it: a process of its own, with its own servers, home and port. */
export interface ExchangeProcess {
  readonly home: string;
  readonly port: number;
  /** What the commands of `puebla` need to find it. */
  readonly environment: Readonly<Record<string, string>>;
  start(): Promise<void>;
  /** As Ctrl-C does. */
  stop(): Promise<void>;
  /** The Node process alone: its servers go on running. */
  kill(): Promise<void>;
  /** Stops it and removes its home. */
  remove(): Promise<void>;
}

export async function exchangeProcess(): Promise<ExchangeProcess> {
  const home = await mkdtemp(join(tmpdir(), 'puebla-e2e-'));
  const port = await freePort();
  const environment = { PUEBLA_HOME: home, PUEBLA_PORT: String(port) };
  let running: ChildProcess | undefined;
  // A run that is broken off leaves no exchange behind.
  process.once('exit', () => running?.kill('SIGTERM'));

  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  };
  return {
    home,
    port,
    environment,
    async start() {
      const child = spawn(process.execPath, [join(root, 'infra/start.ts')], {
        env: { ...withoutOurs(process.env), ...environment, LOG_LEVEL: 'error' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running = child;
      await ready(child);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async remove() {
      await end('SIGTERM');
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Runs `puebla` as a person does. */
export function puebla(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  options: {
    readonly input?: string;
    readonly signal?: { readonly name: 'SIGINT'; readonly afterMs: number };
  } = {},
): Promise<{ readonly code: number | null; readonly out: string; readonly said: string }> {
  const child = spawn(process.execPath, [join(root, 'services/cli/bin/puebla.mjs'), ...args], {
    env: { ...withoutOurs(process.env), ...environment },
    stdio: 'pipe',
  });
  const texts = { out: '', said: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.said += text;
  });
  child.stdin.end(options.input ?? '');
  const { signal } = options;
  if (signal !== undefined) setTimeout(() => child.kill(signal.name), signal.afterMs);
  return new Promise((done) => child.once('close', (code) => done({ code, ...texts })));
}

/** What this process was told about an exchange is not for the one that is tested. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['KAFKA_BROKERS', 'REGISTRY_URL', 'DATABASE_URL', 'PUEBLA_TOKEN', 'NODE_OPTIONS'];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

function ready(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`not ready in time:\n${said}`)), readyWithinMs);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (!text.includes('ready at')) return;
      clearTimeout(timer);
      done();
    });
    child.once('exit', () => {
      clearTimeout(timer);
      fail(new Error(`ended before it was ready:\n${said}`));
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
