import { type Case, ownerOf } from './case.ts';
import { markedFor } from './entitlement.ts';
import type { EventKey } from './history.ts';
import { type Marked, mayRead } from './oracle.ts';
import type { Outcome } from './outcomes.ts';
import { deadlines, type Sight, type Withdrawn } from './sights.ts';
import { mayBeRecalled, threadOf } from './standing.ts';
import type { Report } from './violations.ts';
import { type World, worldsWithin } from './world.ts';

/** A version or a recall, by which somebody may lose sight of what stood before it. */
interface Cause {
  readonly key: EventKey;
  readonly outcome: Outcome;
  /** What whoever loses sight is told. */
  readonly address: EventKey;
  /** Whoever could read one of these may lose sight. */
  readonly before: readonly EventKey[];
  /** Of a version: itself. Nothing stands behind a recall. */
  readonly behind: readonly Marked[];
}

/**
 * Who could read what was given to fewer is told its address once, and whoever could ever read what was taken back that of its first event once
 * more; nobody else is (rules.md, Versions).
 */
export function checkWithdrawn(all: Case, report: Report): void {
  const causes = Map.groupBy(causesOf(all), ({ address }) => address);
  const addressed = [...causes].flatMap(([, found]) => found);
  for (const sight of all.sights) {
    if (!sight.ordered) continue;
    const { reader, as, withdrawn } = sight;
    const told = Map.groupBy(withdrawn, ({ event }) => event);
    for (const [address, notes] of told) {
      const ofIt = causes.get(address) ?? [];
      const isTrue = notes.filter(({ at }) => ofIt.some((cause) => mayBeTold(all, as, cause, at)));
      if (isTrue.length < notes.length) report('withdrawn-unentitled', reader, [address]);
      const atMost = ofIt.filter((cause) => notes.some(({ at }) => mayBeTold(all, as, cause, at))).length;
      if (isTrue.length > atMost) report('withdrawn-twice', reader, [address]);
    }
    const must = mustBeTold(all, sight);
    for (const [address, ofIt] of Map.groupBy(addressed.filter(must), (cause) => cause.address))
      if (!areTold(ofIt, told.get(address) ?? [])) report('withdrawn-missing', reader, [address]);
    report('seen-after-withdrawn', reader, seenAfter(all, sight, causes));
  }
}

/** Each by a word of its own, and none by one that came before it was sent. */
function areTold(causes: readonly Cause[], notes: readonly Withdrawn[]): boolean {
  const isTold = ({ outcome }: Cause): boolean => notes.some(({ at }) => at >= outcome.invokedAt);
  return notes.length >= causes.length && causes.every(isTold);
}

function causesOf(all: Case): Cause[] {
  return [...all.lives].flatMap(([name, { versions, recalls }]) => [
    ...versions.slice(1).map(([key, outcome], place): Cause => {
      const before = versions[place]?.[0] ?? name;
      return { key, outcome, address: before, before: [before], behind: markedFor(all, key) };
    }),
    ...recalls.map(([key, outcome]): Cause => {
      const before = versions.filter(([, { invokedAt }]) => invokedAt <= outcome.acknowledgedAt);
      return { key, outcome, address: name, before: before.map(([version]) => version), behind: [] };
    }),
  ]);
}

function mayBeTold(all: Case, as: string | undefined, cause: Cause, at: number): boolean {
  const { key, outcome, before, behind } = cause;
  if (outcome.invokedAt > at) return false;
  // Who has sent the recall knows of it.
  if (outcome.sequel?.what === 'recall' && as === ownerOf(key)) return true;
  return worldsWithin(all.periods, at, at).some(
    (world) =>
      before.some((one) => markedFor(all, one).some((marked) => reads(as, marked, world))) &&
      (behind.length === 0 || behind.some((marked) => !reads(as, marked, world))),
  );
}

/** Who is entitled to something before it from when the cause was sent until he has passed it, and not to what stands then. */
function mustBeTold(all: Case, sight: Sight): (cause: Cause) => boolean {
  const deadline = deadlines(sight, all.outcomes);
  return ({ key, outcome, before, behind }) => {
    if (outcome.state !== 'acknowledged') return false;
    const from = Math.max(outcome.invokedAt, sight.connectedAt);
    // What was sent with it may stand behind it in the lane, unless he has seen it.
    const stoodBefore = (version: EventKey): boolean =>
      sight.seen.has(version) || (all.outcomes.get(version)?.acknowledgedAt ?? Infinity) < outcome.invokedAt;
    const lost = before.filter(stoodBefore).map((version) => markedFor(all, version));
    // A version that was taken back with its thread is erased, and its word with it.
    const isThere = (to: number): boolean => behind.length === 0 || !mayBeRecalled(all, key, to);
    const loses = (to: number): boolean =>
      isThere(to) &&
      worldsWithin(all.periods, from, to).every(
        (world) =>
          lost.some((ways) => ways.length > 0 && ways.every((marked) => reads(sight.as, marked, world))) &&
          behind.every((marked) => !reads(sight.as, marked, world)),
      );
    return loses(from) && loses(Math.max(from, deadline(outcome)));
  };
}

/** Versions and answers that came behind the word that their thread was taken back. */
function seenAfter(
  all: Case,
  { as, seen, withdrawn }: Sight,
  causes: ReadonlyMap<EventKey, readonly Cause[]>,
): EventKey[] {
  /** Of what was taken back, and not of a version that is for others: behind that, one for him may come again. */
  const taken = withdrawn.filter(({ event, at }) =>
    causes
      .get(event)
      ?.filter((cause) => mayBeTold(all, as, cause, at))
      .every(({ outcome }) => outcome.sequel?.what === 'recall'),
  );
  if (taken.length === 0) return [];
  const placeOf = new Map(taken.map(({ event, place }) => [event, place]));
  return [...seen].flatMap(([key, { place }]) => {
    const addresses = [key, threadOf(all, key)].filter((name) => all.lives.get(name)?.recalls.length);
    return addresses.some((address) => (placeOf.get(address) ?? Number.POSITIVE_INFINITY) <= place)
      ? [key]
      : [];
  });
}

function reads(as: string | undefined, { owner, stamp }: Marked, world: World): boolean {
  return mayRead(as, owner, stamp, world);
}
