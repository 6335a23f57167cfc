import { type Case, caseOf } from './case.ts';
import { checkAsked } from './check-asked.ts';
import { checkDirectory } from './check-directory.ts';
import { checkEntitlement } from './check-entitlement.ts';
import { checkLooks } from './check-looks.ts';
import { checkSteps } from './check-steps.ts';
import { checkWithdrawn } from './check-withdrawn.ts';
import type { EventKey, Histories } from './history.ts';
import type { Outcome } from './outcomes.ts';
import type { Sight } from './sights.ts';
import type { Report, Violation } from './violations.ts';

export interface Verdict {
  readonly ok: boolean;
  readonly violations: readonly Violation[];
}

const shown = 10;

/**
 * Judges histories by what the exchange promises. Pure. Expects that every reader was given the time to reach the end: what it has
 * not seen counts as missing, and that nothing expires while it lasts.
 */
export function check(histories: Histories): Verdict {
  const found = new Map<string, Violation>();
  const report: Report = (code, reader, events) => {
    if (events.length === 0) return;
    const name = `${code} ${reader}`;
    const known = found.get(name) ?? { code, reader, events: [], count: 0 };
    const first = [...known.events, ...events].slice(0, shown);
    found.set(name, { code, reader, events: first, count: known.count + events.length });
  };
  const all = caseOf(histories);
  checkCursors(all, report);
  checkEntitlement(all, report);
  checkLooks(all, report);
  checkAsked(all, report);
  checkWithdrawn(all, report);
  checkOrder(all, report);
  checkSteps(all, report);
  checkDirectory(all, report);
  return { ok: found.size === 0, violations: [...found.values()] };
}

function checkCursors({ sights, outcomes }: Case, report: Report): void {
  for (const { reader, seen, withdrawn, twice, beforeCursor, elsewhereFrom, gaps } of sights) {
    report('seen-twice', reader, twice);
    report('seen-before-cursor', reader, beforeCursor);
    report('resumed-elsewhere', reader, elsewhereFrom);
    report('gap-without-reason', reader, gaps);
    const keys = [...seen.keys()];
    report(
      'refused-seen',
      reader,
      keys.filter((key) => outcomes.get(key)?.state === 'refused'),
    );
    report(
      'never-sent',
      reader,
      [...keys, ...withdrawn.map(({ event }) => event)].filter((key) => !outcomes.has(key)),
    );
  }
}

function checkOrder({ sights, outcomes }: Case, report: Report): void {
  const ordered = sights
    .filter((sight) => sight.ordered)
    .map(({ reader, seen }) => ({
      reader,
      lanes: Map.groupBy(seen.keys(), (key) => outcomes.get(key)?.lane),
      seen,
    }));
  ordered.forEach(({ reader, lanes }, index) => {
    for (const keys of lanes.values()) {
      report('out-of-order', reader, early(keys, outcomes));
      for (const other of ordered.slice(0, index))
        report('lanes-differ', reader, elsewhere(keys, other.seen));
    }
  });
}

/** Those of a lane behind which one comes that was acknowledged before they were sent. */
function early(lane: readonly EventKey[], outcomes: ReadonlyMap<EventKey, Outcome>): EventKey[] {
  let acknowledgedBehind = Number.POSITIVE_INFINITY;
  const found: EventKey[] = [];
  for (const key of lane.toReversed()) {
    const outcome = outcomes.get(key);
    if (outcome === undefined) continue;
    if (acknowledgedBehind < outcome.invokedAt) found.push(key);
    acknowledgedBehind = Math.min(acknowledgedBehind, outcome.acknowledgedAt);
  }
  return found.reverse();
}

/** Those of a lane that come behind one which the other reader has seen after them. */
function elsewhere(lane: readonly EventKey[], seenByOther: Sight['seen']): EventKey[] {
  let last = -1;
  return lane.filter((key) => {
    const place = seenByOther.get(key)?.place;
    if (place === undefined) return false;
    const isBehind = place < last;
    last = Math.max(last, place);
    return isBehind;
  });
}
