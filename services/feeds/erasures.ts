import { identityErasedBy, isTombstone, type LogRecord, laneKey } from '@puebla/kit';
import type { FeedEvent } from './event.ts';

/** Tombstones that came together: memory is looked through once for all of them. */
export function createErasures() {
  /** Offset of the tombstone by lane and identity: what was published again behind it stays. */
  let places = new Map<string, number>();
  return {
    /** Any record that is no event. */
    take(record: LogRecord): void {
      if (!isTombstone(record)) return;
      const identity = identityErasedBy(record);
      if (identity !== undefined) places.set(`${laneKey(record)} ${identity}`, record.offset);
    },
    get some(): boolean {
      return places.size > 0;
    },
    /** Which events the tombstones so far take away; the next ones are gathered anew. */
    settle(): (event: FeedEvent) => boolean {
      const taken = places;
      const lanes = new Set([...taken.keys()].map((place) => place.slice(0, place.lastIndexOf(' '))));
      places = new Map();
      return (event) => {
        const lane = laneKey(event);
        // Most are of other lanes: who they are is not looked at.
        if (!lanes.has(lane)) return false;
        return event.offset < (taken.get(`${lane} ${event.identity()}`) ?? 0);
      };
    },
  };
}
