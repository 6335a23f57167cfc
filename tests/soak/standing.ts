import type { Case } from './case.ts';
import type { EventKey } from './history.ts';
import type { Outcome } from './outcomes.ts';
import { settled } from './world.ts';

/** What was read before a version or a recall was acknowledged may still be on its way to a reader for so long. */
export const onTheWayMs = 1_000;

type Known = readonly [EventKey, Outcome];

/** What became of a thread, or of an acknowledgement. */
interface Life {
  /** In the order in which they were sent: the next one of a thread is sent when what became of the one before is known. */
  readonly versions: readonly Known[];
  readonly recalls: readonly Known[];
}

/** By thread; an acknowledgement that was taken back has a life of its own. */
export type Lives = ReadonlyMap<EventKey, Life>;

export function livesOf(outcomes: ReadonlyMap<EventKey, Outcome>): Lives {
  const kept = [...outcomes].filter(([, { state }]) => state !== 'refused');
  const sequels = kept.filter(([, { sequel }]) => sequel !== undefined);
  const byName = Map.groupBy(sequels, ([, outcome]) => takenOrThread(outcomes, outcome));
  const lives = new Map<EventKey, Life>();
  for (const [name, found] of byName) {
    const first = outcomes.get(name);
    const begun: Known[] = first === undefined ? [] : [[name, first]];
    const isA = (what: string) => found.filter(([, { sequel }]) => sequel?.what === what);
    const versions = [...begun, ...isA('version')].sort(
      ([, one], [, other]) => one.invokedAt - other.invokedAt,
    );
    lives.set(name, { versions, recalls: isA('recall') });
  }
  return lives;
}

/** A recall takes all of the thread; of an acknowledgement, that alone (rules.md, Recall). */
function takenOrThread(outcomes: ReadonlyMap<EventKey, Outcome>, { sequel }: Outcome): EventKey {
  if (sequel === undefined) return '';
  const isOfAnswer = outcomes.get(sequel.of)?.sequel?.what === 'acknowledgement';
  return sequel.what === 'recall' && isOfAnswer ? sequel.of : sequel.thread;
}

export function threadOf({ outcomes }: Pick<Case, 'outcomes'>, key: EventKey): EventKey {
  const { sequel, follows } = outcomes.get(key) ?? {};
  return sequel?.thread ?? (follows === undefined ? key : threadOf({ outcomes }, follows));
}

/** By whose recalls an event is taken back: that of its thread, and its own. */
function livesNamed(all: Case, key: EventKey): readonly Life[] {
  const names = new Set([key, threadOf(all, key)]);
  return [...names].flatMap((name) => all.lives.get(name) ?? []);
}

function recallsOf(all: Case, key: EventKey): readonly Known[] {
  return livesNamed(all, key).flatMap(({ recalls }) => recalls);
}

/** @param but a recall that is not looked at */
export function mayBeRecalled(all: Case, key: EventKey, until: number, but?: Outcome): boolean {
  return recallsOf(all, key).some(([, outcome]) => outcome !== but && outcome.invokedAt <= until);
}

export function isRecalled(all: Case, key: EventKey, at: number, withinMs: number): boolean {
  return recallsOf(all, key).some(([, outcome]) => isInForce(all, outcome, at, withinMs));
}

/** For certain. Whoever is told of it at once (`withinMs` 0) is told so in an outage too. */
function isInForce({ histories }: Case, { acknowledgedAt }: Outcome, at: number, withinMs: number): boolean {
  const since = withinMs === 0 ? acknowledgedAt : settled(acknowledgedAt, histories.outages, withinMs);
  return since < at;
}

/** The versions from this one on of which any may have been the newest between these times; an answer has no other. */
export function standingFor(
  all: Case,
  key: EventKey,
  { from, to, withinMs }: { readonly from: number; readonly to: number; readonly withinMs: number },
): EventKey[] {
  const versions = all.lives.get(threadOf(all, key))?.versions ?? [];
  const place = versions.findIndex(([version]) => version === key);
  if (place === -1) return [key];
  const isOver = ([, outcome]: Known): boolean => isInForce(all, outcome, from, withinMs);
  const later = versions.slice(place);
  const standing = later.filter(
    ([version, { invokedAt }], at) =>
      (version === key || invokedAt <= to) && !later.slice(at + 1).some(isOver),
  );
  return standing.map(([version]) => version);
}
