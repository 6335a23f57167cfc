import { type Case, ownerOf } from './case.ts';
import { mayHave, mustHave, type Span } from './entitlement.ts';
import type { AskedLook, EventKey } from './history.ts';
import { mayBeRecalled } from './standing.ts';
import type { Report } from './violations.ts';
import { type World, worldsWithin } from './world.ts';

/** A clock of the exchange and one of the clients are of the same machine, but for this. */
const clockMs = 50;

/**
 * Who is asked to acknowledge an event, who has, and what is overdue, as its owner is told (rules.md, Versions): one agency of each
 * participant at AMBER, each that is named above it; whoever may not read it, and guests, owe nothing.
 */
export function checkAsked(all: Case, report: Report): void {
  for (const look of all.histories.asked) {
    const reader = `library for ${ownerOf(look.event)}, asked`;
    if (isAskedWrongly(all, look)) report('asked-wrongly', reader, [look.event]);
    report('answers-wrong', reader, wrongAnswers(all, look));
    if (isOverdueWrongly(look)) report('overdue-wrongly', reader, [look.event]);
  }
}

function spanOf({ askedAt, at }: AskedLook): Span {
  return { from: askedAt, to: at, withinMs: 0 };
}

function isAskedWrongly(all: Case, look: AskedLook): boolean {
  const lines = look.lines.filter(({ asked }) => asked);
  const listed = lines.flatMap(({ agencies }) => agencies);
  const worlds = worldsWithin(all.periods, look.askedAt, look.at);
  const isNew = new Set(worlds.flatMap(({ agencies }) => Object.keys(agencies)));
  const stamp = all.stamps.get(look.event);
  const isAsked = (agency: string): boolean =>
    look.dueAt !== undefined &&
    agency !== ownerOf(look.event) &&
    worlds.some((world) => mayAnswer(agency, world)) &&
    mayHave(all, { as: agency, key: look.event }, spanOf(look));
  const mustBeAsked = (agency: string): boolean =>
    isAsked(agency) &&
    worlds.every((world) => mayAnswer(agency, world)) &&
    mustHave(all, { as: agency, key: look.event }, spanOf(look));
  const participants = lines.map(({ participant }) => participant);
  const isTwice = stamp?.tlp === 'AMBER' ? new Set(participants).size < lines.length : false;
  return (
    isTwice ||
    new Set(listed).size < listed.length ||
    listed.some((agency) => !isAsked(agency)) ||
    [...isNew].some((agency) => mustBeAsked(agency) && !listed.includes(agency))
  );
}

/** A guest acknowledges nothing (rules.md, canPublish). */
function mayAnswer(agency: string, { agencies, statuses }: World): boolean {
  const status = statuses[agencies[agency] ?? ''];
  return status !== undefined && status !== 'GUEST';
}

/** Answers that are shown and were not given, and the agencies' that were given and are not shown. */
function wrongAnswers(all: Case, { event, askedAt, at, lines }: AskedLook): EventKey[] {
  const shown = new Set(lines.flatMap(({ answers }) => answers));
  const given = [...all.outcomes].filter(
    ([, { sequel }]) => sequel?.what === 'acknowledgement' && sequel.of === event,
  );
  const known = new Set(given.map(([key]) => key));
  const span = { from: askedAt, to: at, withinMs: 0 };
  const owner = ownerOf(event);
  const wrong = given.filter(([key, outcome]) => {
    if (shown.has(key)) return outcome.invokedAt > at || !mayHave(all, { as: owner, key }, span);
    // Of each agency the newest alone is shown.
    const isNewer = given.some(
      ([other, { invokedAt }]) => ownerOf(other) === ownerOf(key) && invokedAt > outcome.invokedAt,
    );
    return outcome.acknowledgedAt < askedAt && !isNewer && !mayBeRecalled(all, key, at);
  });
  return [...[...shown].filter((key) => !known.has(key)), ...wrong.map(([key]) => key)];
}

function isOverdueWrongly({ dueAt, askedAt, at, lines }: AskedLook): boolean {
  return lines.some(({ asked, answers, overdue }) => {
    const isOpen = asked && answers.length === 0;
    if (overdue) return !isOpen || dueAt === undefined || at < dueAt - clockMs;
    return isOpen && dueAt !== undefined && askedAt > dueAt + clockMs;
  });
}
