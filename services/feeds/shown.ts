import {
  addressOf,
  addressOfName,
  canRead,
  type Directory,
  type Filter,
  type HandledEvent,
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

/** Undefined where it is not for him. At a recall whoever could ever read a version is told, of the thread's first event. Who loses sight is told whatever he filters by: he may have got it by another filter. */
export function shownOf(event: FeedEvent, wanted: Wanted, now: Now): Shown | undefined {
  const content = event.content();
  if (content === undefined) return undefined;
  const { head, facets } = content;
  const { filter, reader, history } = wanted;
  const { directory, threads } = now;
  const isForReader = (handled: HandledEvent): boolean => isFor(reader, handled, directory);
  if (head.recalls !== undefined) {
    const before = threads.of(head.recalls)?.recalled?.before ?? [];
    const isTold = [head, ...before].some(isForReader);
    return isTold ? { type: 'withdrawn', address: addressOfName(head.recalls) } : undefined;
  }
  if (canRead(reader, head, directory, threads)) {
    if (!history && newerThan(head, threads) !== undefined) return undefined;
    const isWanted = matches(filter, { ...head, accepted: event.accepted }, facets);
    return isWanted ? { type: 'event', content } : undefined;
  }
  if (isForReader(head)) return undefined;
  const replaced = replacedBy(head, event.offset, threads);
  if (replaced === undefined || !isForReader(replaced)) return undefined;
  return { type: 'withdrawn', address: addressOf(replaced.agency, replaced.id) };
}
