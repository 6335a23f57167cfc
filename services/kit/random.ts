import { randomFillSync } from 'node:crypto';

/**
 * Gives `bytes` random bytes at a time, fetched for 512 uses at once: one by one they cost more than the rest of an event's
 * stamps. What it gives is valid until the next call.
 */
export function createRandomPool(bytes: number): () => Buffer {
  const pool = Buffer.alloc(bytes * 512);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return pool.subarray(used - bytes, used);
  };
}
