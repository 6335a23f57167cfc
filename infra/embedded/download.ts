/** Folders that are there whole or not at all. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCode } from './failure.ts';
import { identify } from './identity.ts';

/** What a run that was cut off left behind has this in its name, and the pid of that run. */
const partialMark = '.partial-';

/**
 * Fills a folder beside the wanted one and renames it when it is complete, so that nobody ever sees half of it; when
 * another process was faster, its folder is kept.
 */
export async function place(folder: string, fill: (partial: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  removeStale(parent);
  const partial = join(parent, `${partialMark}${process.pid}-${basename(folder)}`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);
  try {
    await fill(partial);
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(folder) || !['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function removeStale(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = Number(new RegExp(`^\\${partialMark}([0-9]+)-`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || pid === process.pid || identify(pid)) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}
