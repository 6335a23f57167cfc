import { execFile, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A file system of its own, small enough to be filled. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves no byte free for so long, also when others give some back meanwhile. */
  fill(forMs: number): Promise<void>;
  close(): Promise<void>;
}

const run = promisify(execFile);
const megabytes = 1_024;
const mountMs = 10_000;
const lookMs = 100;

/** @throws Error where none may be mounted: that takes root on Linux */
export async function mountSmallDisk(): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'puebla-small-'));
  const options = { timeout: mountMs };
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'puebla-small', folder], options);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  // A run that is broken off leaves nothing mounted; what still works there keeps its open files.
  const leave = (): void => {
    if (spawnSync('umount', ['--lazy', folder], options).status === 0) rmSync(folder, { recursive: true });
  };
  process.once('exit', leave);
  const filler = join(folder, 'filler');
  return {
    folder,
    async fill(forMs) {
      const until = performance.now() + forMs;
      try {
        while (performance.now() < until) {
          const { bavail, bsize } = await statfs(folder);
          if (bavail > 0) await append(filler, bavail * bsize);
          await sleep(lookMs);
        }
      } finally {
        await rm(filler, { force: true });
      }
    },
    async close() {
      process.off('exit', leave);
      await run('umount', ['--lazy', folder], options);
      await rm(folder, { recursive: true });
    },
  };
}

const piece = Buffer.alloc(1024 * 1024);

/** As much of it as there is room for. */
async function append(file: string, bytes: number): Promise<void> {
  const handle = await open(file, 'a');
  try {
    for (let left = bytes; left > 0; left -= piece.length)
      await handle.write(piece, 0, Math.min(left, piece.length));
  } catch (error) {
    // Others were quicker.
    if (!(Error.isError(error) && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await handle.close();
  }
}
