import { type Case, ownerOf } from './case.ts';
import type { EventKey, ReaderHistory } from './history.ts';
import { stampedIn } from './oracle.ts';
import type { Attempt, Outcome } from './outcomes.ts';
import type { Report } from './violations.ts';
import { settled, type World, worldsWithin } from './world.ts';

/** An agency that has ended is out within five seconds, on the way in and on the way out; until then it is not turned away. */
export function checkDirectory(all: Case, report: Report): void {
  const { outcomes, histories } = all;
  report('accepted-wrongly', 'all', keysWhere(all, isAcceptedWrongly));
  report('refused-wrongly', 'all', keysWhere(all, isRefusedWrongly));
  const { notes, intrusions } = histories.directory;
  for (const { change, doneAt } of notes) {
    if (change.what !== 'agency' || change.begins) continue;
    const over = settled(doneAt, histories.outages);
    for (const reader of histories.readers)
      if (reader.as === change.agency && reader.way !== 'library')
        report('goes-on-after-end', reader.reader, goesOnAfter(reader, over));
  }
  const taken = intrusions.filter(({ status }) => status < 400);
  report(
    'changed-wrongly',
    'all',
    taken.map(({ by }) => by),
  );

  function keysWhere(
    { periods }: Case,
    isWrong: (outcome: Outcome, attempt: Attempt, allowed: readonly boolean[], all: Case) => boolean,
  ): EventKey[] {
    return [...outcomes].flatMap(([key, outcome]) => {
      const wrong = outcome.attempts.some((attempt) => {
        const from = attempt.answer === 'acknowledged' ? outcome.invokedAt : attempt.invokedAt;
        const worlds = worldsWithin(periods, from, attempt.answeredAt);
        const allowed = worlds.map((world) => isAllowed(ownerOf(key), outcome, world));
        return isWrong(outcome, attempt, allowed, all);
      });
      return wrong ? [key] : [];
    });
  }
}

function isAllowed(owner: string, { marking }: Outcome, world: World): boolean {
  const participant = world.agencies[owner];
  const isActive = participant !== undefined && world.statuses[participant] !== undefined;
  return isActive && stampedIn(world, marking) !== undefined;
}

/** What was kept before its agency ended is acknowledged still, when an attempt from then had been left open. */
function isAcceptedWrongly(_outcome: Outcome, { answer }: Attempt, allowed: readonly boolean[]): boolean {
  return answer === 'acknowledged' && !allowed.some(Boolean);
}

/** Too much at once: it may come again. */
const passing = 429;

function isRefusedWrongly(
  outcome: Outcome,
  attempt: Attempt,
  allowed: readonly boolean[],
  { outcomes }: Case,
): boolean {
  const { answer, status = 0, answeredAt, invokedAt } = attempt;
  if (answer !== 'refused' || status >= 500 || status === passing || outcome.broken) return false;
  if (!allowed.every(Boolean)) return false;
  if (outcome.follows === undefined) return true;
  const followed = outcomes.get(outcome.follows);
  const isKnown = followed !== undefined && followed.acknowledgedAt < invokedAt && !followed.isVoid;
  const hasRival = outcomes
    .values()
    .some((other) => other !== outcome && other.follows === outcome.follows && other.invokedAt < answeredAt);
  return isKnown && !hasRival;
}

/** What a reader did when it was over: events and pages by their cursors, and the stream that it was in. */
function goesOnAfter({ way, notes }: ReaderHistory, over: number): string[] {
  const after = notes.flatMap((note) => {
    if (note.at <= over) return [];
    if (note.what === 'seen') return [note.event];
    return note.what === 'connected' ? ['connected'] : [];
  });
  const last = notes.findLast(({ at, what }) => at <= over && (what === 'connected' || what === 'closed'));
  return way === 'stream' && last?.what === 'connected' ? ['open', ...after] : after;
}
