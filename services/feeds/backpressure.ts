import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Bytes that wait for a reader before it leaves the live feed and catches up at its own pace. */
export const maxBufferedBytes = 256 * 1024;
/** Resolves true when the reader has taken what waits for it; false when it has gone or takes nothing. */
export async function drained(res: ServerResponse, stalledAfterMs: number): Promise<boolean> {
  if (res.destroyed) return false;
  if (res.writableLength <= maxBufferedBytes / 2) {
    await new Promise((resolve) => setImmediate(resolve));
    return !res.destroyed;
  }
  const bound = new AbortController();
  const timer = setTimeout(() => bound.abort(), stalledAfterMs);
  try {
    await Promise.race([
      once(res, 'drain', { signal: bound.signal }),
      once(res, 'close', { signal: bound.signal }),
    ]);
    return !res.destroyed;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    bound.abort();
  }
}
