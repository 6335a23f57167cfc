import { readFile, rename, writeFile } from 'node:fs/promises';
import { unreadable } from './import/file.ts';

/** Where a reader is, kept in a file that is replaced as a whole. */
export interface CursorFile {
  /** The cursor, or undefined when there is no file yet. */
  read(): Promise<string | undefined>;
  /** Notes a cursor; it is written within a second. */
  keep(cursor: string): void;
  /** Writes what is noted. */
  close(): Promise<void>;
}

/** A place is at most this old when the process is killed; the events since are then shown again. */
const writeEveryMs = 1_000;

export function cursorFile(path: string): CursorFile {
  let noted: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const save = (): Promise<void> => {
    timer = undefined;
    writing = writing.then(async () => {
      if (noted === undefined) return;
      const draft = `${path}.${process.pid}.draft`;
      await writeFile(draft, `${noted}\n`);
      await rename(draft, path);
    });
    return writing;
  };

  return {
    async read() {
      try {
        return (await readFile(path, 'utf8')).trim() || undefined;
      } catch (error) {
        if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
        throw unreadable(path, error);
      }
    },
    keep(cursor) {
      noted = cursor;
      timer ??= setTimeout(() => void save().catch(() => {}), writeEveryMs);
    },
    async close() {
      clearTimeout(timer);
      await save();
    },
  };
}
