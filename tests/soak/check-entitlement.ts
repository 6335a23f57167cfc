import { type Case, ownerOf } from './case.ts';
import type { EventKey, Stamp } from './history.ts';
import { isSameStamp, mayRead, stampedIn } from './oracle.ts';
import type { Outcome } from './outcomes.ts';
import { deadlines, type Sight } from './sights.ts';
import type { Report } from './violations.ts';
import { settled, worldsWithin } from './world.ts';

/** Every event is seen by everybody who may read it, and by nobody else (rules.md: "entitled when it is delivered"). */
export function checkEntitlement(all: Case, report: Report): void {
  const { sights, outcomes, stamps } = all;
  const missed = new Set<EventKey>();
  for (const sight of sights) {
    const { reader, seen } = sight;
    report(
      'seen-unentitled',
      reader,
      [...seen]
        .filter(([key, { at, stamp }]) => !mayHaveSeen(all, sight, key, at, stamp))
        .map(([key]) => key),
    );
    report(
      'stamped-wrong',
      reader,
      [...seen].filter(([key, { stamp }]) => !isAsAsked(all, key, stamp)).map(([key]) => key),
    );
    const must = mustSee(all, sight);
    const gaps = [...outcomes].filter(([key, outcome]) => !seen.has(key) && must(key, outcome));
    const inState = (state: Outcome['state']): EventKey[] =>
      gaps.filter(([key, outcome]) => outcome.state === state && stamps.has(key)).map(([key]) => key);
    report('silent-gap', reader, inState('acknowledged'));
    report('open-differs', reader, inState('open'));
    for (const [key, { state }] of gaps) if (state === 'acknowledged' && !stamps.has(key)) missed.add(key);
  }
  report('lost', 'all', [...missed]);
}

function mayHaveSeen({ periods }: Case, { as }: Sight, key: EventKey, at: number, stamp: Stamp): boolean {
  return worldsWithin(periods, at, at).some((world) => mayRead(as, ownerOf(key), stamp, world));
}

/** Whether this reader was entitled for as long as the event may have come to it: whatever became of the directory meanwhile. */
function mustSee(all: Case, sight: Sight): (key: EventKey, outcome: Outcome) => boolean {
  const { periods, stamps } = all;
  const deadline = deadlines(sight, all.outcomes);
  return (key, outcome) => {
    if (outcome.state === 'refused' || (outcome.state === 'open' && !stamps.has(key))) return false;
    const askedAt = sight.absent.get(key);
    if (!sight.ordered && askedAt === undefined) return false;
    const asked = stamps.get(key) ?? stampsOf(all, outcome);
    if (asked === undefined) return false;
    const may = (from: number, to: number): boolean =>
      worldsWithin(periods, from, to).every((world) =>
        [asked].flat().every((stamp) => mayRead(sight.as, ownerOf(key), stamp, world)),
      );
    if (askedAt !== undefined) return may(askedAt, askedAt);
    const from = Math.max(outcome.invokedAt, sight.connectedAt);
    // Looked for only where it matters: most have never been entitled.
    return may(from, from) && may(from, Math.max(from, deadline(outcome)));
  };
}

/** How an event that nobody has seen may be stamped; undefined when in no way. */
function stampsOf(all: Case, outcome: Outcome): Stamp[] | undefined {
  const found = worldsOf(all, outcome).flatMap((world) => stampedIn(world, outcome.marking) ?? []);
  return found.length === 0 ? undefined : found;
}

function isAsAsked(all: Case, key: EventKey, stamp: Stamp): boolean {
  const outcome = all.outcomes.get(key);
  if (outcome === undefined) return true;
  return worldsOf(all, outcome).some((world) => {
    const expected = stampedIn(world, outcome.marking);
    return expected !== undefined && isSameStamp(expected, stamp);
  });
}

/** The directories by which it may have been accepted, by whichever of its attempts. */
function worldsOf({ periods, histories }: Case, { invokedAt, acknowledgedAt, attempts }: Outcome) {
  const last = attempts.at(-1)?.answeredAt ?? Number.POSITIVE_INFINITY;
  const until = Number.isFinite(acknowledgedAt) ? acknowledgedAt : settled(last, histories.outages);
  return worldsWithin(periods, invokedAt, until);
}
