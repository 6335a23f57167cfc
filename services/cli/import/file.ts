import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CliError } from '../exit-codes.ts';
import { t } from '../language.ts';
import { type Line, linesOf } from '../lines.ts';

export interface FileFacts {
  /** SHA-256 of its bytes, hexadecimal. */
  readonly digest: string;
  /** Lines with something in them; an upper bound of its rows. */
  readonly lines: number;
}

/** Reads a file once: its digest, and its length in lines for the progress bar. */
export async function fileFacts(path: string): Promise<FileFacts> {
  const digest = createHash('sha256');
  let lines = 0;
  let last = 0x0a;
  try {
    for await (const chunk of createReadStream(path)) {
      const bytes: Buffer = chunk;
      digest.update(bytes);
      for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
      last = bytes.at(-1) ?? last;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  return { digest: digest.digest('hex'), lines: last === 0x0a ? lines : lines + 1 };
}

/** The lines of a text file in UTF-8. */
export async function* fileLines(path: string): AsyncGenerator<Line> {
  try {
    yield* linesOf(createReadStream(path, 'utf8'));
  } catch (error) {
    throw unreadable(path, error);
  }
}

export function unreadable(path: string, error: unknown): unknown {
  const code = Error.isError(error) && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT')
    return new CliError('usage', t(`${path}: no such file`, `${path}: no existe el archivo`));
  if (code === 'EISDIR') return new CliError('usage', t(`${path} is a folder`, `${path} es una carpeta`));
  if (code === 'EACCES')
    return new CliError('usage', t(`${path} may not be read`, `no se permite leer ${path}`));
  return error;
}
