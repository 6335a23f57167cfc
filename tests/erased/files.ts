import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const pieceBytes = 4 * 1024 * 1024;

/** The files below these folders that hold the word, wherever in them. */
export async function filesWith(word: string, folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile() && (await holds(file, Buffer.from(word)))) found.push(file);
    }
  }
  return found;
}

/** A file that goes while it is looked at holds nothing. */
async function holds(file: string, word: Buffer): Promise<boolean> {
  const handle = await open(file).catch(unlessGone);
  if (handle === undefined) return false;
  try {
    const piece = Buffer.alloc(pieceBytes + word.length);
    for (let from = 0; ; from += pieceBytes) {
      // Each piece begins where the one before has as much left as the word is long.
      const { bytesRead } = await handle.read(piece, 0, piece.length, from);
      if (piece.subarray(0, bytesRead).includes(word)) return true;
      if (bytesRead < piece.length) return false;
    }
  } finally {
    await handle.close();
  }
}

function unlessGone(error: unknown): undefined {
  if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
