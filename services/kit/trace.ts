import type { IncomingHttpHeaders } from 'node:http';
import { createRandomPool } from './random.ts';

/** W3C Trace Context, version 00 and its successors; neither the trace nor the span may be all zeros, `ff` is no version. */
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A request's `traceparent` when it is well formed: a broken one is left out, as the recommendation asks. */
export function traceparentOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && traceparentPattern.test(header) ? header : undefined;
}

/** Far above what the recommendation asks tracers to keep (512). */
const maxTracestateChars = 2_000;
const printableAscii = /^[\t\x20-\x7e]*$/;

/** The trace context of a request. A `tracestate` without a sound `traceparent`, or broken itself, is left out. */
export function traceOf(headers: IncomingHttpHeaders): {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
} {
  const traceparent = traceparentOf(headers['traceparent']);
  const sent = traceparent === undefined ? undefined : headers['tracestate'];
  const sound = typeof sent === 'string' && sent.length <= maxTracestateChars && printableAscii.test(sent);
  return { traceparent, tracestate: sound && sent !== '' ? sent : undefined };
}

/** Trace id and span id of one context. */
const contextBytes = 24;
const randomContext = createRandomPool(contextBytes);

/** A context of our own, sampled, for an event that came without one. */
export function newTraceparent(): string {
  const text = randomContext().toString('hex');
  return `00-${text.slice(0, 32)}-${text.slice(32)}-01`;
}
