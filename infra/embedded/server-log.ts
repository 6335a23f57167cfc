/** The file into which a server writes: what this run has said, and a bound on its size. */
import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** A server that repeats one error all night must not fill the disk; two such files hold some hours of any of them. */
const maxLogBytes = 8 * 1024 * 1024;
const lookEveryMs = 30_000;
/** Readiness is said in the first lines. */
const maxReadBytes = 1024 * 1024;

export interface LogReader {
  readonly file: string;
  /** What was written since this reader was made; of a long text its end. */
  text(): string;
}

export function readLog(file: string): LogReader {
  cutLog(file);
  const from = sizeOf(file);
  return {
    file,
    text() {
      const fd = openSync(file, 'r');
      try {
        const size = fstatSync(fd).size;
        const start = Math.max(from, size - maxReadBytes);
        const buffer = Buffer.alloc(Math.max(0, size - start));
        const read = readSync(fd, buffer, 0, buffer.length, start);
        return buffer.toString('utf8', 0, read);
      } finally {
        closeSync(fd);
      }
    },
  };
}

/** Looks at the size now and then; the timer keeps no process alive. @returns a function that ends it */
export function boundLog(file: string): () => void {
  const timer = setInterval(() => cutLog(file), lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** The server appends, so its file can be emptied under it; what was in it is kept once, beside it. */
function cutLog(file: string): void {
  if (sizeOf(file) < maxLogBytes) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
