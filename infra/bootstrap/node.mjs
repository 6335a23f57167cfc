/** The Node that the lockfile brings, and how a program is run under it. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { constants as os } from 'node:os';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');

/** The package `node` puts it there; `node_modules/.bin` only points at it. */
export const nodeProgram = `${root}/node_modules/node/bin/node`;

export function hasNode() {
  try {
    accessSync(nodeProgram, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs Node 24 with these arguments in the foreground and resolves with its exit code. A terminal's Ctrl-C reaches both
 * processes at once: this one only waits for the other. What is sent to this one alone is passed on (the other takes
 * two signals within a second for one).
 */
export function runNode(args) {
  const child = spawn(nodeProgram, args, { stdio: 'inherit', cwd: root });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const pass = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  const stopWatching = onOrphaned(() => child.kill('SIGTERM'));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      stopWatching();
      done(code ?? 128 + (os.signals[signal] ?? 0));
    });
  });
}

const lookEveryMs = 500;

/**
 * A SIGTERM to npm ends npm and the shell between it and this process, and goes no further: what it was to stop would
 * run on. Without npm above, whoever leaves a process behind means it.
 */
function onOrphaned(act) {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, lookEveryMs);
  return () => clearInterval(timer);
}
