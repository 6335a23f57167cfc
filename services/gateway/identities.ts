import type { Kind } from '@puebla/schemas';

/** A kept event, as much of it as a later retry needs. */
export interface Kept {
  readonly digest: string;
  readonly kind: Kind;
  readonly offset: number;
  /** Appended by the broker, epoch ms. */
  readonly timestamp: number;
}

/** Identities are remembered this long: a retry within it gets the first answer (design.md, "Once and only once"). */
export const rememberedMs = 24 * 3_600_000;
/** To look at a million of them takes some 20 ms: not for every event that finds the table full. */
const lookAtAllEveryMs = 10_000;

/**
 * The kept identities of the last 24 hours, `<agency>/<id>` to what became of it. Bounded: when it is full of younger
 * ones, `add` refuses and the publisher must be told 429.
 */
export function createIdentities(limit: number, now: () => number = Date.now) {
  const kept = new Map<string, Kept>();

  /** Insertion order is nearly order of time, so the oldest stand in front. */
  const forgetOldest = (): void => {
    const oldest = now() - rememberedMs;
    for (const [identity, { timestamp }] of kept) {
      if (timestamp >= oldest) break;
      kept.delete(identity);
    }
  };
  /** After a restart the lanes stand one after the other, and so do the young of one before the old of the next. */
  let allLookedAt = Number.NEGATIVE_INFINITY;
  const forgetAllOld = (): void => {
    if (now() - allLookedAt < lookAtAllEveryMs) return;
    allLookedAt = now();
    const oldest = now() - rememberedMs;
    for (const [identity, { timestamp }] of kept) if (timestamp < oldest) kept.delete(identity);
  };

  return {
    get(identity: string): Kept | undefined {
      const found = kept.get(identity);
      if (found === undefined || found.timestamp >= now() - rememberedMs) return found;
      kept.delete(identity);
      return undefined;
    },
    /** False when `more` further identities would not fit. */
    hasRoom(more: number): boolean {
      if (kept.size + more <= limit) return true;
      forgetOldest();
      if (kept.size + more > limit) forgetAllOld();
      return kept.size + more <= limit;
    },
    add(identity: string, event: Kept): void {
      kept.set(identity, event);
    },
    get size(): number {
      return kept.size;
    },
  };
}

export type Identities = ReturnType<typeof createIdentities>;
