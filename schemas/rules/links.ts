import type { AsSent } from '../as-sent.ts';
import type { Link } from '../generated.ts';
import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import { urlRules } from './text.ts';

/** `/data/links`: each with an address that can be followed. */
export function linkRules(links: readonly (AsSent<Link> | undefined)[] | undefined): Violation[] {
  return (links ?? []).flatMap((link, i) => {
    if (link === undefined) return [];
    const pointer = `/data/links/${i}/url`;
    return typeof link.url === 'string' ? urlRules(link.url, pointer) : [violation('required', pointer)];
  });
}
