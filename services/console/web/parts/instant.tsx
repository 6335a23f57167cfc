import { instantText } from '../core/zone.ts';

/** A moment in the chosen zone, which stands beside it. @param at RFC 3339 */
export function Instant({ at }: { readonly at: string }) {
  return <time dateTime={at}>{instantText(at)}</time>;
}
