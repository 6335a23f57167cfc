/** The folder of a copy's data: it can be written, has room, and belongs to one running copy at a time. */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, realpathSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { asFailure, StartFailure, systemCode } from './failure.ts';

/** Kafka and PostgreSQL take about 150 MB when empty, and must never be the ones to find out that a disk is full. */
const leastFreeBytes = 500_000_000;

/** Makes the folder and those in it. @throws StartFailure `home` or `disk-full` */
export function prepareHome(home: string, freeBytes: number = leastFreeBytes): void {
  try {
    makeFolder(home);
    for (const folder of ['run', 'logs']) makeFolder(join(home, folder));
    makeFolder(join(home, 'secrets'), 0o700);
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const failure = asFailure(error, home);
    if (failure.code !== 'unexpected') throw failure;
    throw new StartFailure(
      'home',
      `${home} cannot be made (${failure.message}): set PUEBLA_HOME to a folder that can be written.`,
    );
  }
  requireRoom(home, freeBytes);
}

/**
 * One level after the other, for Node's own recursive way never returns where a folder can be seen but nothing be made
 * in it (`/proc`).
 */
function makeFolder(folder: string, mode?: number): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

function requireRoom(home: string, freeBytes: number): void {
  const disk = statfsSync(home);
  const free = disk.bavail * disk.bsize;
  if (free >= freeBytes) return;
  const megabytes = (bytes: number) => Math.floor(bytes / 1_000_000);
  throw new StartFailure(
    'disk-full',
    `The disk of ${home} has ${megabytes(free)} MB free and needs ${megabytes(freeBytes)}: free some space, or set PUEBLA_HOME to another disk.`,
  );
}

/**
 * Holds the home until the returned function is called or this process ends in any way: a socket in Linux's abstract
 * namespace, which the kernel takes back by itself, so that there is no stale lock to guess about.
 * @throws StartFailure `already-running`
 */
export async function lockHome(home: string): Promise<() => Promise<void>> {
  const name = createHash('sha256').update(realpathSync(home)).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(
        new StartFailure(
          'already-running',
          `Another start is running with ${home}: end it, or set PUEBLA_HOME and PUEBLA_PORT for a second copy.`,
        ),
      ),
    );
    server.listen(`\0puebla-${name}`, resolve);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}
