/**
 * The one way in which a server of the stack is started, waited for and ended. A server runs in a process group of
 * its own, so that Ctrl-C in a terminal reaches Node alone and Node stops the servers in their order; it writes into a
 * file, so that it outlives a Node that is killed without harm; and it is noted down, so that the next start ends it.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asFailure, StartFailure } from './failure.ts';
import { familyOf, identify, isAlive, type ProcessIdentity } from './identity.ts';
import { boundLog, type LogReader, readLog } from './server-log.ts';

export interface ServerSpec {
  /** Names its log and its note, and is what a person is told. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the server: nothing is inherited, so that nothing outside changes what runs. */
  readonly env: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What must be out of the way each time before it is run. */
  readonly before?: () => Promise<void>;
  /** Whether it can be used; asked again and again until it says so. `log` is what this run has written so far. */
  ready(log: () => string): boolean | Promise<boolean>;
  readonly startBoundMs: number;
  /** Niceness of the processes that it starts for its work, set once it is ready: a start is not slowed. */
  readonly workNiceness?: number;
  readonly stopSignal: NodeJS.Signals;
  readonly stopBoundMs: number;
}

export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** With it: `exit code N`, or the signal that ended it. */
  readonly how: Promise<string>;
  isAlive(): boolean;
  /** Asks it to end; kills it when it has not within its bound. */
  stop(): Promise<void>;
  /** SIGKILL to it and everything below it. */
  kill(): Promise<void>;
  /** The same without waiting until it is gone. */
  killNow(): void;
}

const readyPollMs = 15;
const endPollMs = 10;
/** A killed process is gone in milliseconds; one that is not hangs in the kernel, and waiting longer is of no use. */
const killBoundMs = 5_000;
/** It is gone already: only the word of it is waited for. */
const howBoundMs = 1_000;

/** Starts a server and waits until it is ready. What an earlier run left must have been ended before (`endLeftover`). */
export async function startServer(
  home: string,
  spec: ServerSpec,
  { signal, launched }: { readonly signal?: AbortSignal; readonly launched?: () => void } = {},
): Promise<ServerProcess> {
  mkdirSync(join(home, 'logs'), { recursive: true });
  mkdirSync(join(home, 'run'), { recursive: true });
  await spec.before?.();
  const log = readLog(join(home, 'logs', `${spec.name}.log`));
  const server = await launch(home, spec, log);
  try {
    launched?.();
    await untilReady(spec, server, log, signal);
    if (spec.workNiceness !== undefined) giveWay(server.pid, spec.workNiceness);
  } catch (error) {
    await server.kill();
    throw error;
  }
  return server;
}

/**
 * For what the process starts from now on. Each server is a session of its own, and where Linux groups processes by session
 * (sched_autogroup_enabled) it is the group's niceness that counts.
 */
function giveWay(pid: number, niceness: number): void {
  setPriority(pid, niceness);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // No such grouping here.
  }
}

async function launch(home: string, spec: ServerSpec, log: LogReader): Promise<ServerProcess> {
  const note = noteOf(home, spec.name);
  const out = openSync(log.file, 'a');
  const child = spawn(spec.command, spec.args, {
    detached: true,
    cwd: '/',
    env: spec.env,
    stdio: ['ignore', out, out],
    ...(spec.user && { uid: spec.user.uid, gid: spec.user.gid }),
  });
  closeSync(out);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) =>
      reject(
        new StartFailure('server-failed', `${spec.name} could not be run: ${error.message}`, {
          cause: error,
        }),
      ),
    );
  });
  const how = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)),
  );
  const self = child.pid === undefined ? undefined : identify(child.pid);
  if (!self)
    return await Promise.race([failed, how.then((end) => Promise.reject(endedEarly(spec, log, end)))]);
  failed.catch(() => undefined);
  try {
    writeFileSync(note, JSON.stringify(self));
  } catch (error) {
    // On a full disk, say. One that is not noted would never be ended, and keeps its port and its folder from the next.
    await endFamily(self);
    rmSync(note, { force: true });
    throw asFailure(error, home);
  }
  const stopBounding = boundLog(log.file);
  const ended = how.then(() => {
    stopBounding();
    rmSync(note, { force: true });
  });
  return {
    name: spec.name,
    pid: self.pid,
    ended,
    how,
    isAlive: () => isAlive(self),
    async kill() {
      await endFamily(self);
      await ended;
    },
    killNow: () => {
      for (const member of familyOf(self)) signal(member, 'SIGKILL');
    },
    async stop() {
      const family = familyOf(self);
      signal(self, spec.stopSignal);
      if (!(await allGone(family, spec.stopBoundMs))) await endAll(family);
      await ended;
    },
  };
}

async function untilReady(
  spec: ServerSpec,
  server: ServerProcess,
  log: LogReader,
  signal: AbortSignal | undefined,
): Promise<void> {
  const until = performance.now() + spec.startBoundMs;
  while (!(await spec.ready(log.text))) {
    signal?.throwIfAborted();
    if (!server.isAlive())
      throw endedEarly(spec, log, await Promise.race([server.how, sleep(howBoundMs).then(() => 'unseen')]));
    if (performance.now() > until) {
      const seconds = spec.startBoundMs / 1_000;
      throw new StartFailure(
        'server-failed',
        `${spec.name} was not ready within ${seconds} s: see ${log.file}`,
      );
    }
    await sleep(readyPollMs);
  }
}

function endedEarly(spec: ServerSpec, log: LogReader, how: string): StartFailure {
  const text = log.text();
  if (/No space left on device/i.test(text)) {
    return new StartFailure(
      'disk-full',
      `${spec.name} found the disk full: free some space, or set PUEBLA_HOME to another disk.`,
    );
  }
  const last = text.trimEnd().split('\n').at(-1)?.slice(0, 300) ?? '';
  return new StartFailure(
    'server-failed',
    `${spec.name} ended while it started (${how}; ${last}): see ${log.file}`,
  );
}

function noteOf(home: string, name: string): string {
  return join(home, 'run', `${name}.json`);
}

/**
 * Ends the server of this name that an earlier run of this home left running, at once: it keeps nothing that a
 * SIGKILL could lose. A process that has its pid but began at another moment is somebody else's and is left alone.
 * @returns whether there was one
 */
export async function endLeftover(home: string, name: string): Promise<boolean> {
  const note = noteOf(home, name);
  const left = readNote(note);
  const was = left !== undefined && isAlive(left);
  if (was) await endFamily(left);
  rmSync(note, { force: true });
  return was;
}

function readNote(file: string): ProcessIdentity | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isIdentity(note) ? note : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(note: unknown): note is ProcessIdentity {
  return (
    typeof note === 'object' &&
    note !== null &&
    'pid' in note &&
    Number.isSafeInteger(note.pid) &&
    Number(note.pid) > 1 &&
    'startTicks' in note &&
    typeof note.startTicks === 'number' &&
    'boot' in note &&
    typeof note.boot === 'string'
  );
}

async function endFamily(head: ProcessIdentity): Promise<void> {
  await endAll(familyOf(head));
}

/** SIGKILL to all of them. @throws StartFailure when one is still there after a while */
export async function endAll(processes: readonly ProcessIdentity[]): Promise<void> {
  for (const one of processes) signal(one, 'SIGKILL');
  if (await allGone(processes, killBoundMs)) return;
  const pids = processes.filter(isAlive).map(({ pid }) => pid);
  throw new StartFailure('server-failed', `These processes cannot be ended: ${pids.join(', ')}.`);
}

function signal(process_: ProcessIdentity, name: NodeJS.Signals): void {
  try {
    if (isAlive(process_)) process.kill(process_.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

async function allGone(family: readonly ProcessIdentity[], boundMs: number): Promise<boolean> {
  const until = performance.now() + boundMs;
  while (family.some(isAlive)) {
    if (performance.now() > until) return false;
    await sleep(endPollMs);
  }
  return true;
}
