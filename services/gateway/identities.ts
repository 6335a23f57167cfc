import type { Kind } from '@puebla/schemas';

/** A kept event, as much of it as a later retry needs. */
export interface Kept {
  readonly digest: string;
  readonly kind: Kind;
  readonly offset: number;
  /** Appended by the broker, epoch ms. */
  readonly timestamp: number;
}

/** An identity whose outcome is not known yet, as far as it matters here. */
export interface Held {
  readonly digest: string;
  readonly timestamp: undefined;
}

/** Identities are remembered this long: a retry within it gets the first answer (design.md, "Once and only once"). */
export const rememberedMs = 24 * 3_600_000;
/** To look at a million of them takes some 20 ms: not for every event that finds the table full. */
const lookAtAllEveryMs = 10_000;

/**
 * The identities of the last 24 hours, `<agency>/<id>` to what became of it, those that are on their way included.
 * Bounded: when it is full of younger ones, `hasRoom` says so and the publisher must be told 429. One map for both, and an
 * identity goes from held to kept in its place: a map of its own for those on their way, into and out of which every
 * event goes, is made anew all the time, and each of its former tables kept whole requests from the garbage collector.
 */
export function createIdentities<H extends Held = Held>(limit: number, now: () => number = Date.now) {
  const known = new Map<string, Kept | H>();

  /** Insertion order is nearly order of time, so the oldest stand in front. */
  const forgetOldest = (): void => {
    const oldest = now() - rememberedMs;
    for (const [identity, { timestamp = oldest }] of known) {
      if (timestamp >= oldest) break;
      known.delete(identity);
    }
  };
  /** After a restart the lanes stand one after the other, and so do the young of one before the old of the next. */
  let allLookedAt = Number.NEGATIVE_INFINITY;
  const forgetAllOld = (): void => {
    if (now() - allLookedAt < lookAtAllEveryMs) return;
    allLookedAt = now();
    const oldest = now() - rememberedMs;
    for (const [identity, { timestamp = oldest }] of known) if (timestamp < oldest) known.delete(identity);
  };

  return {
    get(identity: string): Kept | H | undefined {
      const found = known.get(identity);
      if (found?.timestamp === undefined || found.timestamp >= now() - rememberedMs) return found;
      known.delete(identity);
      return undefined;
    },
    /** False when `more` further identities would not fit. */
    hasRoom(more: number): boolean {
      if (known.size + more <= limit) return true;
      forgetOldest();
      if (known.size + more > limit) forgetAllOld();
      return known.size + more <= limit;
    },
    add(identity: string, event: Kept | H): void {
      known.set(identity, event);
    },
    /** It was not kept after all. */
    drop(identity: string): void {
      known.delete(identity);
    },
    get size(): number {
      return known.size;
    },
  };
}

export type Identities<H extends Held = Held> = ReturnType<typeof createIdentities<H>>;
