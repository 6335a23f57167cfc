import { type Case, ownerOf } from './case.ts';
import { mayHave, mustHave } from './entitlement.ts';
import type { EventKey, ReaderHistory } from './history.ts';
import { stampedIn } from './oracle.ts';
import type { Attempt, Outcome } from './outcomes.ts';
import { mayBeRecalled } from './standing.ts';
import type { Report } from './violations.ts';
import { settled, type World, worldsWithin } from './world.ts';

/** An agency that has ended is out within five seconds, on the way in and on the way out; until then it is not turned away. */
export function checkDirectory(all: Case, report: Report): void {
  const { histories } = all;
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
}

type Judgement = (all: Case, key: EventKey, outcome: Outcome, attempt: Attempt) => boolean;

function keysWhere(all: Case, isWrong: Judgement): EventKey[] {
  const wrong = [...all.outcomes].filter(([key, outcome]) =>
    outcome.attempts.some((attempt) => isWrong(all, key, outcome, attempt)),
  );
  return wrong.map(([key]) => key);
}

function takesPart(agency: string, { agencies, statuses }: World): boolean {
  const participant = agencies[agency];
  return participant !== undefined && statuses[participant] !== undefined;
}

/** Of civil society: whether the one who signs for it is its sponsor (rules.md, A second signature). */
function isStoodFor(key: EventKey, { signer }: Outcome, { agencies, statuses, sponsors }: World): boolean {
  const owner = ownerOf(key);
  if (signer === undefined || statuses[agencies[owner] ?? ''] !== 'CIVIL_SOCIETY') return true;
  return sponsors[owner] === ownerOf(signer);
}

/** An answer is marked by what it answers, whoever has ended since. */
function isResolved({ marking, sequel }: Outcome, world: World): boolean {
  if (sequel !== undefined && sequel.what !== 'version') return true;
  return stampedIn(world, marking) !== undefined;
}

/** Its audience may have ended since the attempt with which it was kept, the agency that asks may not. */
function isAcceptedWrongly(all: Case, key: EventKey, outcome: Outcome, attempt: Attempt): boolean {
  const { periods } = all;
  if (attempt.answer !== 'acknowledged') return false;
  const during = worldsWithin(periods, attempt.invokedAt, attempt.answeredAt);
  const since = worldsWithin(periods, outcome.invokedAt, attempt.answeredAt);
  return (
    !during.some((world) => takesPart(ownerOf(key), world) && isStoodFor(key, outcome, world)) ||
    !since.some((world) => isResolved(outcome, world)) ||
    isUnread(all, key, outcome, attempt)
  );
}

/** Who may not read what he goes on with has it refused, as if it did not exist. Who takes it back need not read it. */
function isUnread(all: Case, key: EventKey, outcome: Outcome, { answeredAt }: Attempt): boolean {
  const { sequel, follows, invokedAt } = outcome;
  const of = sequel?.of ?? follows;
  if (of === undefined) return false;
  if (sequel?.what === 'recall') {
    const worlds = worldsWithin(all.periods, invokedAt, answeredAt);
    return !worlds.some((world) => mayTakeBack(ownerOf(key), of, world));
  }
  const span = { from: invokedAt, to: answeredAt, withinMs: 0 };
  const as = ownerOf(key);
  const isGuest = worldsWithin(all.periods, invokedAt, answeredAt).every((world) => isGuestIn(as, world));
  if (sequel?.what === 'acknowledgement' && isGuest) return true;
  return refersAs(key, outcome).some((who) => !mayHave(all, { as: who, key: of }, span));
}

/** Whoever refers to something: what needs two is looked up by both of them. */
function refersAs(key: EventKey, { author, signer }: Outcome): readonly string[] {
  return author === undefined || signer === undefined ? [ownerOf(key)] : [author, signer];
}

/** Its owner, or the Secretariat, who says here that it holds personal data. */
function mayTakeBack(agency: string, of: EventKey, { offices }: World): boolean {
  return agency === ownerOf(of) || offices['SECRETARIAT'] === agency;
}

/** A guest acknowledges nothing (rules.md, canPublish). */
function isGuestIn(agency: string, { agencies, statuses }: World): boolean {
  return statuses[agencies[agency] ?? ''] === 'GUEST';
}

/** Too much at once: it may come again. */
const passing = 429;

function isRefusedWrongly(all: Case, key: EventKey, outcome: Outcome, attempt: Attempt): boolean {
  const { answer, status = 0, answeredAt, invokedAt } = attempt;
  if (answer !== 'refused' || status >= 500 || status === passing || outcome.broken) return false;
  if (outcome.dueAt !== undefined && outcome.dueAt < answeredAt) return false;
  const during = worldsWithin(all.periods, invokedAt, answeredAt);
  const isAllowed = during.every(
    (world) =>
      takesPart(ownerOf(key), world) && isStoodFor(key, outcome, world) && isResolved(outcome, world),
  );
  return isAllowed && !isOvertaken(all, outcome, attempt) && !mayGoOnWithNothing(all, key, outcome, attempt);
}

/** Whether what it goes on with may not have been there for its sender: not kept yet, taken back, or not his to read. */
function mayGoOnWithNothing(all: Case, key: EventKey, outcome: Outcome, attempt: Attempt): boolean {
  const { sequel } = outcome;
  if (sequel === undefined) return false;
  const { invokedAt: from, answeredAt: to } = attempt;
  const isKept = (all.outcomes.get(sequel.of)?.acknowledgedAt ?? Number.POSITIVE_INFINITY) < from;
  if (!isKept || mayBeRecalled(all, sequel.of, to, outcome)) return true;
  const as = ownerOf(key);
  const worlds = worldsWithin(all.periods, from, to);
  if (sequel.what === 'recall') return !worlds.every((world) => mayTakeBack(as, sequel.of, world));
  const mayAnswer = sequel.what === 'version' || !worlds.some((world) => isGuestIn(as, world));
  const span = { from, to, withinMs: 0 };
  return (
    !mayAnswer || refersAs(key, outcome).some((who) => !mustHave(all, { as: who, key: sequel.of }, span))
  );
}

/** Of a step: whether what it follows may not count, another one may have followed that, or all of it may be taken back. */
function isOvertaken(all: Case, outcome: Outcome, { invokedAt, answeredAt }: Attempt): boolean {
  const { outcomes } = all;
  if (outcome.follows === undefined) return false;
  if (mayBeRecalled(all, outcome.follows, answeredAt)) return true;
  const followed = outcomes.get(outcome.follows);
  if (followed === undefined || followed.isVoid || followed.acknowledgedAt > invokedAt) return true;
  return outcomes
    .values()
    .some((other) => other !== outcome && other.follows === outcome.follows && other.invokedAt < answeredAt);
}

/** What a reader did when it was over: events and pages by their cursors, and the stream that it was in. */
function goesOnAfter({ way, notes }: ReaderHistory, over: number): string[] {
  const after = notes.flatMap((note) => {
    if (note.at <= over) return [];
    if (note.what === 'seen' || note.what === 'withdrawn') return [note.event];
    return note.what === 'connected' ? ['connected'] : [];
  });
  const last = notes.findLast(({ at, what }) => at <= over && (what === 'connected' || what === 'closed'));
  return way === 'stream' && last?.what === 'connected' ? ['open', ...after] : after;
}
