import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How far an import of one file into one exchange came, by agency. */
export interface AgencyProgress {
  /** That many of the agency's events, from the first, are kept. */
  readonly kept: number;
  /** Address of the last of them: is it still there, then so are those before it. */
  readonly address: string;
}

/**
 * The note under PUEBLA_HOME that lets an import go on where Ctrl-C ended it. It only saves time: ids are the same in
 * every import, so a lost note costs sending again what the exchange then recognises.
 */
export interface ProgressNote {
  read(): Promise<ReadonlyMap<string, AgencyProgress>>;
  write(progress: ReadonlyMap<string, AgencyProgress>): Promise<void>;
}

/** @param name what tells this import from others: letters, digits and hyphens */
export function progressNote(home: string, name: string): ProgressNote {
  const folder = join(home, 'imports');
  const file = join(folder, `${name}.json`);
  const draft = `${file}.${process.pid}.draft`;
  let written: Promise<void> = Promise.resolve();
  return {
    async read() {
      try {
        const entries: [string, AgencyProgress][] = Object.entries(JSON.parse(await readFile(file, 'utf8')));
        return new Map(
          entries.filter(([, { kept, address }]) => Number.isInteger(kept) && typeof address === 'string'),
        );
      } catch {
        return new Map();
      }
    },
    // Requests end at the same moment; their notes are written one after the other.
    write(progress) {
      const text = JSON.stringify(Object.fromEntries(progress));
      written = written.then(async () => {
        await mkdir(folder, { recursive: true });
        await writeFile(draft, text);
        await rename(draft, file);
      });
      return written;
    },
  };
}
