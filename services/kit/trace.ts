/** W3C Trace Context, version 00 and its successors; neither the trace nor the span may be all zeros, `ff` is no version. */
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A request's `traceparent` when it is well formed: a broken one is left out, as the recommendation asks. */
export function traceparentOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && traceparentPattern.test(header) ? header : undefined;
}
