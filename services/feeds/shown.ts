import {
  canRead,
  type Directory,
  type Filter,
  isFor,
  matches,
  newerThan,
  type Reader,
  replacedBy,
  type ThreadStates,
} from '@puebla/schemas';
import type { FeedContent, FeedEvent } from './event.ts';

/** What a reader asks for. */
export interface Wanted {
  readonly filter: Filter;
  readonly reader: Reader;
  /** Versions too that have a newer one. */
  readonly history: boolean;
}

/** What decides at this moment. */
export interface Now {
  readonly directory: Directory;
  readonly threads: ThreadStates;
}

/** What this reader is shown at the place of an event. */
export type Shown =
  | { readonly type: 'event'; readonly content: FeedContent }
  /** He could read this, and cannot any more: its address alone (rules.md, Versions). */
  | { readonly type: 'withdrawn'; readonly address: string };

/** Undefined where it is not for him. Who loses sight is told whatever he filters by: he may have got it by another filter. */
export function shownOf(event: FeedEvent, wanted: Wanted, now: Now): Shown | undefined {
  const content = event.content();
  if (content === undefined) return undefined;
  const { head, facets, recall } = content;
  const { filter, reader, history } = wanted;
  const { directory, threads } = now;
  if (recall !== undefined) {
    const isTold = isFor(reader, head, directory);
    return isTold ? { type: 'withdrawn', address: String(recall['of']) } : undefined;
  }
  if (canRead(reader, head, directory, threads)) {
    if (!history && newerThan(head, threads) !== undefined) return undefined;
    const isWanted = matches(filter, { ...head, accepted: event.accepted }, facets);
    return isWanted ? { type: 'event', content } : undefined;
  }
  const replaced = replacedBy(head);
  if (replaced === undefined || isFor(reader, head, directory) || !isFor(reader, replaced, directory))
    return undefined;
  return { type: 'withdrawn', address: `/v1/events/${replaced.name}` };
}
