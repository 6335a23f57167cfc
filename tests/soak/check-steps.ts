import type { Case } from './case.ts';
import type { EventKey } from './history.ts';
import type { Outcome } from './outcomes.ts';
import type { Report } from './violations.ts';

/**
 * Of two steps that follow the same one, the first in lane order counts, and the other's sender is told that his is void (rules.md,
 * Versions); nothing is seen before what it refers to.
 */
export function checkSteps(all: Case, report: Report): void {
  const { sights, outcomes, histories } = all;
  const followed = ([, { follows }]: [EventKey, Outcome]): EventKey | undefined => follows;
  for (const [first, rivals] of Map.groupBy(outcomes, followed)) {
    if (first === undefined) continue;
    const kept = rivals.filter(([key, { state }]) => state === 'acknowledged' || all.stamps.has(key));
    const counting = kept.filter(([, { state, isVoid }]) => state === 'acknowledged' && !isVoid);
    if (counting.length > 1) report('two-count', 'all', keysOf(counting));
    for (const { reader, ordered, seen } of sights) {
      if (!ordered || !kept.every(([key]) => seen.has(key))) continue;
      const placeOf = (key: EventKey): number => seen.get(key)?.place ?? 0;
      const inOrder = [...kept].sort(([one], [other]) => placeOf(one) - placeOf(other));
      const wrong = inOrder.filter(
        ([, { state, isVoid }], place) => state === 'acknowledged' && isVoid !== place > 0,
      );
      report('void-wrongly', reader, keysOf(wrong));
    }
  }
  for (const { reader, ordered, seen } of sights)
    if (ordered) report('before-followed', reader, beforeFollowed([...seen.keys()], outcomes));
  for (const { as, items } of histories.threads) {
    const keys = items.map(({ event }) => event);
    report('before-followed', `library for ${as ?? 'nobody'}, thread`, beforeFollowed(keys, outcomes));
  }
}

function keysOf(found: readonly (readonly [EventKey, Outcome])[]): EventKey[] {
  return found.map(([key]) => key);
}

function beforeFollowed(keys: readonly EventKey[], outcomes: Case['outcomes']): EventKey[] {
  const before = new Set<EventKey>();
  return keys.filter((key) => {
    before.add(key);
    const follows = outcomes.get(key)?.follows;
    return follows !== undefined && !before.has(follows);
  });
}
