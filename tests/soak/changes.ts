import type { Change } from './history.ts';
import { seeded } from './random.ts';
import { clearedAlways, clearedAtTimes, sponsorship } from './signed.ts';

export interface ScheduledChange {
  /** Milliseconds from the beginning of the soak. */
  readonly atMs: number;
  readonly change: Change;
}

/** A group of members who come and go; one begins it and stays, so that it is never nobody. */
export const exerciseGroup = 'EXERCISE_GROUP';
const alwaysIn = 'BZ';
const comingAndGoing = ['GT', 'HN', 'MX', 'CR'];
/** An observer that becomes a guest, and back. */
const changingStatus = 'PE';
/** Holds the office of the Secretariat, each at times. */
export const heldByTurns = ['ppt-office', 'ts-office'];
const exerciseParticipant = 'GT';

const groupEveryMs = 9_000;
const jitterMs = 3_000;
/** One agency begins and ends in each. */
const sliceMs = 5 * 60_000;
const begins = 0.1;
const statusChanges = 0.35;
const officeChanges = 0.5;
const ends = 0.65;
const isClearedNoMore = 0.3;
const isClearedAgain = 0.55;
const isSponsoredNoMore = 0.4;
const isSponsoredAgain = 0.6;

/** What becomes of the directory in a soak: the same seed and length give the same list, in order of time. */
export function changesOf(options: { readonly seed: number; readonly lengthMs: number }): ScheduledChange[] {
  const { seed, lengthMs } = options;
  const random = seeded(seed);
  const slices = Math.max(1, Math.round(lengthMs / sliceMs));
  const perSlice = Array.from({ length: slices }, (_, slice) => ofSlice(slice, lengthMs / slices));
  const list = [...perSlice.flat(), ...ofGroup(lengthMs, random)];
  return [...ofBeginning(), ...list].sort((one, other) => one.atMs - other.atMs);
}

/** The agencies that begin and end in it, in their order. */
export function exerciseAgencies(changes: readonly ScheduledChange[]): string[] {
  return changes.flatMap(({ change }) => (change.what === 'agency' && change.begins ? [change.agency] : []));
}

const cleared = (person: string, begins: boolean) => ({ what: 'clearance', person, begins }) as const;
const sponsored = (isBegun: boolean) => ({ what: 'sponsorship', ...sponsorship, begins: isBegun }) as const;

function ofBeginning(): ScheduledChange[] {
  const persons = [...clearedAtTimes, ...clearedAlways];
  const changes = [...persons.map((person) => cleared(person, true)), sponsored(true)];
  return changes.map((change) => ({ atMs: 0, change }));
}

function ofSlice(slice: number, lengthMs: number): ScheduledChange[] {
  const at = (share: number): number => Math.round((slice + share) * lengthMs);
  const agency = `gt-exercise-${slice + 1}`;
  const of = { what: 'agency', agency, participant: exerciseParticipant } as const;
  const status = slice % 2 === 0 ? 'GUEST' : 'OBSERVER';
  const holder = heldByTurns[slice % heldByTurns.length] ?? '';
  const person = clearedAtTimes[(slice + 1) % clearedAtTimes.length] ?? '';
  return [
    { atMs: at(begins), change: { ...of, begins: true } },
    { atMs: at(statusChanges), change: { what: 'status', participant: changingStatus, status } },
    { atMs: at(officeChanges), change: { what: 'office', office: 'SECRETARIAT', agency: holder } },
    { atMs: at(ends), change: { ...of, begins: false } },
    { atMs: at(isClearedNoMore), change: cleared(person, false) },
    { atMs: at(isClearedAgain), change: cleared(person, true) },
    { atMs: at(isSponsoredNoMore), change: sponsored(false) },
    { atMs: at(isSponsoredAgain), change: sponsored(true) },
  ];
}

function ofGroup(lengthMs: number, random: () => number): ScheduledChange[] {
  const within = new Set<string>();
  const of = { what: 'group', group: exerciseGroup } as const;
  const list: ScheduledChange[] = [{ atMs: 0, change: { ...of, participant: alwaysIn, joins: true } }];
  for (let atMs = random() * groupEveryMs; atMs < lengthMs; atMs += groupEveryMs + random() * jitterMs) {
    const participant = comingAndGoing[Math.floor(random() * comingAndGoing.length)] ?? alwaysIn;
    const joins = !within.has(participant);
    if (joins) within.add(participant);
    else within.delete(participant);
    list.push({ atMs: Math.round(atMs), change: { ...of, participant, joins } });
  }
  return list;
}
