import type { Case } from './case.ts';
import { mayHave, mustHave, type Span, worldsOf } from './entitlement.ts';
import type { EventKey, Stamp } from './history.ts';
import { isSameStamp, stampedIn } from './oracle.ts';
import type { Outcome } from './outcomes.ts';
import { deadlines, type Sight } from './sights.ts';
import { onTheWayMs, standingFor } from './standing.ts';
import type { Report } from './violations.ts';

/** Every event is seen by everybody who may read it, and by nobody else (rules.md: "entitled when it is delivered"). */
export function checkEntitlement(all: Case, report: Report): void {
  const { sights, outcomes, stamps } = all;
  const missed = new Set<EventKey>();
  /** What waits for a second signature is sent with it. */
  const isEarly = (key: EventKey, at: number): boolean => {
    const outcome = outcomes.get(key);
    return outcome?.signer !== undefined && at < outcome.invokedAt;
  };
  for (const sight of sights) {
    const { reader, as, seen } = sight;
    const seenWhere = (isWrong: (key: EventKey, at: number, stamp: Stamp) => boolean): EventKey[] =>
      [...seen].filter(([key, { at, stamp }]) => isWrong(key, at, stamp)).map(([key]) => key);
    report(
      'seen-unentitled',
      reader,
      seenWhere((key, at, stamp) => isEarly(key, at) || !mayHave(all, { as, key }, momentOf(at), [stamp])),
    );
    report(
      'stamped-wrong',
      reader,
      seenWhere((key, _at, stamp) => !isAsAsked(all, key, stamp)),
    );
    if (sight.ordered && !sight.history)
      report(
        'superseded-seen',
        reader,
        seenWhere((key, at) => !standingFor(all, key, momentOf(at)).includes(key)),
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

function momentOf(at: number): Span {
  return { from: at, to: at, withinMs: onTheWayMs };
}

/** Whether this reader was entitled for as long as the event may have come to it: whatever became of it, and of the directory, meanwhile. */
function mustSee(all: Case, sight: Sight): (key: EventKey, outcome: Outcome) => boolean {
  const { stamps } = all;
  const { as } = sight;
  const deadline = deadlines(sight, all.outcomes);
  return (key, outcome) => {
    if (outcome.state === 'refused' || (outcome.state === 'open' && !stamps.has(key))) return false;
    const askedAt = sight.absent.get(key);
    if (!sight.ordered && askedAt === undefined) return false;
    const must = (from: number, to: number): boolean =>
      mustHave(all, { as, key }, { from, to, withinMs: onTheWayMs });
    if (askedAt !== undefined) return must(askedAt, askedAt);
    const from = Math.max(outcome.invokedAt, sight.connectedAt);
    // Looked for only where it matters: most have never been entitled.
    if (!must(from, from)) return false;
    const to = Math.max(from, deadline(outcome));
    return must(from, to) && (sight.history || isNewest(all, key, from, to));
  };
}

/** Who does not ask for the history need not get what had a newer version when he came to it. */
function isNewest(all: Case, key: EventKey, from: number, to: number): boolean {
  return standingFor(all, key, { from, to, withinMs: onTheWayMs }).every((version) => version === key);
}

export function isAsAsked(all: Case, key: EventKey, stamp: Stamp): boolean {
  const outcome = all.outcomes.get(key);
  if (outcome === undefined) return true;
  return worldsOf(all, outcome).some((world) => {
    const expected = stampedIn(world, outcome.marking);
    return expected !== undefined && isSameStamp(expected, stamp);
  });
}
