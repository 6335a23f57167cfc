import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoAudience, demoIssuer, mintToken } from '@puebla/kit';
import { type ProcessIdentity, workingIn } from '../infra/embedded/identity.ts';
import { databasePassword, databases, databaseUser } from '../infra/embedded/postgres.ts';
import { endAll } from '../infra/embedded/server-process.ts';
import nodeFlags from '../infra/node-flags.json' with { type: 'json' };
import { hasStarted } from '../infra/welcome.ts';

const startScript = join(import.meta.dirname, '../infra/start.ts');
/** A first start fetches its servers. */
const startTimeoutMs = 300_000;

/** An exchange as `npm start` runs it: its own process, its own servers, in a home of its own, to be killed. */
export interface ChildExchange {
  readonly home: string;
  readonly url: string;
  /** What the commands of `puebla` need to find it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly pid: number;
  /** Everything that it has written. */
  output(): string;
  /** @param who an agency, or a person in it: `<agency>/<person>` */
  token(who: string): Promise<string>;
  /** Starts it again; resolves when it is ready, with how long that took. */
  start(): Promise<{ readyMs: number }>;
  /** SIGKILL to Node alone: its servers stay. */
  killNode(): Promise<void>;
  /** SIGKILL to Node and to every server. */
  killAll(): Promise<void>;
  /** SIGINT, as Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** The processes of its servers, whether Node lives or not. */
  serverPids(): number[];
  databaseUrl(): string;
  close(): Promise<void>;
}

/** @param folder where its home is made */
export async function startChildExchange(
  env: Record<string, string> = {},
  folder: string = tmpdir(),
): Promise<ChildExchange> {
  const home = await mkdtemp(join(folder, 'puebla-child-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { PUEBLA_HOME: home, PUEBLA_PORT: String(port) };
  let child: ChildProcess | undefined;
  let output = '';

  const servers = (): ProcessIdentity[] => {
    const folder = join(home, 'run');
    return readdirSync(folder)
      .filter((name) => ['kafka.json', 'registry.json', 'postgres.json'].includes(name))
      .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  };
  const start = async (): Promise<{ readyMs: number }> => {
    const began = performance.now();
    const starting = spawn(process.execPath, [...nodeFlags, startScript], {
      env: { ...withoutOurs(process.env), LOG_LEVEL: 'warn', ...env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = starting;
    const ready = Promise.withResolvers<void>();
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (hasStarted(output)) ready.resolve();
    };
    output = '';
    starting.stdout.on('data', read);
    starting.stderr.on('data', read);
    starting.once('exit', (code) => ready.reject(new Error(`ended with ${code}:\n${output}`)));
    const timer = setTimeout(() => ready.reject(new Error(`not ready:\n${output}`)), startTimeoutMs);
    await ready.promise.finally(() => clearTimeout(timer));
    return { readyMs: performance.now() - began };
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    child = undefined;
    if (ending === undefined) return null;
    if (ending.exitCode !== null) return ending.exitCode;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    const [code] = await exited;
    return code as number | null;
  };
  const killAll = async (): Promise<void> => {
    const left = servers();
    await end('SIGKILL');
    // By now the pid of one that ended by itself may be a stranger's.
    await endAll(left);
  };
  // A run that is broken off leaves no exchange behind.
  process.once('exit', () => child?.kill('SIGTERM'));
  await start();

  return {
    home,
    url,
    environment,
    get pid() {
      return child?.pid ?? 0;
    },
    output: () => output,
    token(who) {
      const [agency = '', person] = who.split('/', 2);
      const of = { home, issuer: demoIssuer, audience: demoAudience, ttlSeconds: 3_600 };
      return mintToken({ ...of, agency, ...(person === undefined ? {} : { person }) });
    },
    start,
    async killNode() {
      await end('SIGKILL');
    },
    killAll,
    stop: () => end('SIGINT'),
    serverPids: () => servers().map(({ pid }) => pid),
    databaseUrl() {
      const { postgres } = JSON.parse(readFileSync(join(home, 'run', 'ports.json'), 'utf8'));
      const password = encodeURIComponent(databasePassword(home));
      return `postgresql://${databaseUser}:${password}@127.0.0.1:${postgres}/${databases.exchange}`;
    },
    async close() {
      await killAll();
      // What PostgreSQL had started ends by itself when it finds its parent gone, and may still write.
      await endAll(workingIn(join(home, 'postgres', 'data')));
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/** What this process was told about an exchange is not for the one that is tested. */
export function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['KAFKA_BROKERS', 'REGISTRY_URL', 'DATABASE_URL', 'PUEBLA_TOKEN', 'NODE_OPTIONS'];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
