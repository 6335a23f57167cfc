import { type Case, ownerOf } from './case.ts';
import type { EventKey, Stamp } from './history.ts';
import { type Marked, mayReadVersion, stampedIn } from './oracle.ts';
import type { Outcome } from './outcomes.ts';
import { isRecalled, mayBeRecalled, standingFor } from './standing.ts';
import { settled, type World, worldsWithin } from './world.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
  /** How long after its acknowledgement a version or a recall may not be in force everywhere. */
  readonly withinMs: number;
}

/** Who asks, and for which event. */
export interface Asked {
  /** An agency; undefined for who is not signed in. */
  readonly as: string | undefined;
  readonly key: EventKey;
}

/** Whether he was entitled to it at any moment of this time, whatever was in force then: if not, it must not be shown. */
export function mayHave(
  all: Case,
  { as, key }: Asked,
  span: Span,
  stamps: readonly Stamp[] = stampsFor(all, key),
): boolean {
  if (all.outcomes.get(key)?.sequel?.what === 'recall') return false;
  if (isRecalled(all, key, span.from, span.withinMs)) return false;
  const standing = standingFor(all, key, span);
  return worldsWithin(all.periods, span.from, span.to).some((world) =>
    marked(key, stamps).some((version) =>
      standing.some((newest) =>
        newest === key
          ? mayReadVersion(as, version, version, world)
          : markedFor(all, newest).some((other) => mayReadVersion(as, version, other, world)),
      ),
    ),
  );
}

/** Whether he was entitled to it at every moment of this time: then it must be shown. */
export function mustHave(all: Case, { as, key }: Asked, span: Span): boolean {
  if (all.outcomes.get(key)?.sequel?.what === 'recall') return false;
  const versions = markedFor(all, key);
  if (versions.length === 0 || mayBeRecalled(all, key, span.to)) return false;
  const newest = standingFor(all, key, span).flatMap((standing) => markedFor(all, standing));
  return worldsWithin(all.periods, span.from, span.to).every((world) =>
    versions.every((version) =>
      [version, ...newest].every((other) => mayReadVersion(as, version, other, world)),
    ),
  );
}

/** As it was seen; where nobody has seen it, in each way that it may be stamped. */
function stampsFor(all: Case, key: EventKey): readonly Stamp[] {
  const stamp = all.stamps.get(key);
  if (stamp !== undefined) return [stamp];
  const outcome = all.outcomes.get(key);
  if (outcome === undefined) return [];
  return worldsOf(all, outcome).flatMap((world) => stampedIn(world, outcome.marking) ?? []);
}

export function markedFor(all: Case, key: EventKey): readonly Marked[] {
  return marked(key, stampsFor(all, key));
}

function marked(key: EventKey, stamps: readonly Stamp[]): readonly Marked[] {
  return stamps.map((stamp) => ({ owner: ownerOf(key), stamp }));
}

/** The directories by which it may have been accepted, by whichever of its attempts. */
export function worldsOf(
  { periods, histories }: Case,
  { invokedAt, acknowledgedAt, attempts }: Outcome,
): World[] {
  const last = attempts.at(-1)?.answeredAt ?? Number.POSITIVE_INFINITY;
  const until = Number.isFinite(acknowledgedAt) ? acknowledgedAt : settled(last, histories.outages);
  return worldsWithin(periods, invokedAt, until);
}
