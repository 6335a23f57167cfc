import { randomFillSync } from 'node:crypto';

/** W3C Trace Context, version 00 and its successors; neither the trace nor the span may be all zeros, `ff` is no version. */
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A request's `traceparent` when it is well formed: a broken one is left out, as the recommendation asks. */
export function traceparentOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && traceparentPattern.test(header) ? header : undefined;
}

/** Trace id and span id of one context. */
const contextBytes = 24;
/** Random bytes are fetched for many contexts at once: one by one they cost more than the rest of an event's stamps. */
const pool = Buffer.alloc(contextBytes * 512);
let used = pool.length;

/** A context of our own, sampled, for an event that came without one. */
export function newTraceparent(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString('hex', used, used + contextBytes);
  used += contextBytes;
  return `00-${text.slice(0, 32)}-${text.slice(32)}-01`;
}
