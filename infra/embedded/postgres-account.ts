/** PostgreSQL refuses to run as root. Whoever starts the stack as root has it run under the system's `postgres` account. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartFailure } from './failure.ts';
import { run } from './program.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
  /**
   * Whether some folder above its files is closed to the account, as everything below root's own home is. It then
   * keeps one capability of root's, to pass such folders; it is still not root, which is what PostgreSQL asks for.
   */
  readonly closedOff: boolean;
}

const accountName = 'postgres';

/** The account for these files; undefined when this process is not root and may simply run it. */
export async function postgresAccount(paths: readonly string[]): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const ids = (await lookUp()) ?? (await create());
  return { ...ids, closedOff: paths.some((path) => !canReach(path, ids)) };
}

async function lookUp(): Promise<{ uid: number; gid: number } | undefined> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, accountName])));
  if (uid?.code !== 0 || gid?.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

async function create(): Promise<{ uid: number; gid: number }> {
  const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  const ran = await run('useradd', [...flags, accountName]).catch(() => undefined);
  const ids = ran?.code === 0 ? await lookUp() : undefined;
  if (ids) return ids;
  throw new StartFailure(
    'program-missing',
    `PostgreSQL does not run as root, and the account "${accountName}" could not be created: start as another user, or set DATABASE_URL and REGISTRY_URL.`,
  );
}

function canReach(path: string, ids: { uid: number; gid: number }): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const stat = statSync(folder);
    const shift = stat.uid === ids.uid ? 6 : stat.gid === ids.gid ? 3 : 0;
    if (((stat.mode >> shift) & 1) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** How a program is run under the account. */
export function asAccount(account: Account | undefined, command: string, args: readonly string[]): Program {
  if (!account) return { command, args };
  const { uid, gid } = account;
  if (!account.closedOff) return { command, args, user: { uid, gid } };
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return {
    command: 'setpriv',
    args: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...capability, command, ...args],
  };
}
