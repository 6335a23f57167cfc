import type { Agency, AgencyId } from './agencies.ts';
import type { ParticipantCode, Status } from './participants.ts';
import { parseInstant } from './time.ts';

/** From an instant on, up to another and without it; null: to no end. RFC 3339. */
export interface Term {
  readonly from: string;
  readonly to: string | null;
}

export type Office = 'PRESIDENCY' | 'SECRETARIAT';
export const offices: readonly Office[] = ['PRESIDENCY', 'SECRETARIAT'];

/** What a person does for an agency (rules.md, Status and roles). A system of an agency publishes and reads. */
export type Role = 'publisher' | 'analyst' | 'releaser' | 'operator' | 'focal';
export const roles: readonly Role[] = ['publisher', 'analyst', 'releaser', 'operator', 'focal'];

/** Unique within its agency: a post or a number, never a name of somebody. */
export type PersonId = string;

export interface ParticipantRow extends Term {
  readonly code: ParticipantCode;
  readonly status: Status;
}
export interface AgencyRow extends Term, Agency {}
export interface PersonRow extends Term {
  readonly agency: AgencyId;
  readonly id: PersonId;
  readonly roles: readonly Role[];
}
/** A person who may read RED: given by two focal points (`<agency>/<person>`), each of whom has said the same. */
export interface ClearanceRow extends Term {
  readonly agency: AgencyId;
  readonly person: PersonId;
  readonly by: readonly string[];
}
export interface OfficeRow extends Term {
  readonly office: Office;
  readonly agency: AgencyId;
}
/** An agency of a member that answers for what one of civil society publishes. */
export interface SponsorshipRow extends Term {
  readonly sponsor: AgencyId;
  readonly sponsored: AgencyId;
}
/** One place in a group; `participant` null stands for everybody of that status. */
export interface GroupRow extends Term {
  readonly group: string;
  readonly status: Status;
  readonly participant: ParticipantCode | null;
}
/** A participant says that nothing will be heard from it for a time: its silence is no alarm then. */
export interface OutageRow extends Term {
  readonly participant: ParticipantCode;
}
/** For how long a participant is usually silent, set by hand in the place of what its events tell. */
export interface HabitRow extends Term {
  readonly participant: ParticipantCode;
  readonly hours: number;
}

/**
 * Who takes part and as what, over all time: rows that are added and ended, never taken away (`rules.md`: ids are never used again for
 * another, an agency never moves to another participant).
 */
export interface Register {
  readonly participants: readonly ParticipantRow[];
  readonly agencies: readonly AgencyRow[];
  readonly people: readonly PersonRow[];
  readonly clearances: readonly ClearanceRow[];
  readonly offices: readonly OfficeRow[];
  readonly sponsorships: readonly SponsorshipRow[];
  readonly groups: readonly GroupRow[];
  readonly outages: readonly OutageRow[];
  readonly habits: readonly HabitRow[];
}

/** An agency that takes part now, with the status of its participant. */
export interface ActiveAgency extends Agency {
  readonly status: Status;
}

/** The register as it stands at one instant: what has not begun or has ended is not in it. */
export interface Directory {
  readonly participants: ReadonlyMap<ParticipantCode, Status>;
  readonly agencies: ReadonlyMap<AgencyId, ActiveAgency>;
  /** Roles, by `<agency>/<person>`; `operator` counts in the agency that holds the Secretariat, and goes with the office. */
  readonly people: ReadonlyMap<string, readonly Role[]>;
  /** Who may read RED, `<agency>/<person>`. */
  readonly cleared: ReadonlySet<string>;
  readonly offices: ReadonlyMap<Office, AgencyId>;
  /** By who is sponsored; a sponsor that has ended, or whose participant is no member any more, is none. */
  readonly sponsors: ReadonlyMap<AgencyId, AgencyId>;
  /** A participant whose status is not the group's is not in it: no group mixes statuses. */
  readonly groups: ReadonlyMap<string, readonly ParticipantCode[]>;
  /** Epoch milliseconds at which the next row begins or ends; Infinity when none does. */
  readonly until: number;
}

/** rules.md: `cleared` is given by two focal persons. */
const clearedBy = 2;

/** Whether two have given it; what a person says of himself is not counted. */
export function isGiven({ agency, person, by }: ClearanceRow): boolean {
  return new Set(by.filter((giver) => giver !== `${agency}/${person}`)).size >= clearedBy;
}

/**
 * @param now epoch milliseconds
 * @throws RangeError for a term that is no RFC 3339
 */
export function directoryAt(register: Register, now: number): Directory {
  const isNow = (term: Term): boolean => isActive(term, now);
  const participants = new Map(
    register.participants.filter(isNow).map(({ code, status }) => [code, status] as const),
  );
  const agencies = new Map<AgencyId, ActiveAgency>();
  for (const { id, participant, name } of register.agencies.filter(isNow)) {
    const status = participants.get(participant);
    if (status !== undefined) agencies.set(id, { id, participant, name, status });
  }
  const offices = new Map(register.offices.filter(isNow).map(({ office, agency }) => [office, agency]));
  const rolesOf = ({ agency, roles }: PersonRow): readonly Role[] =>
    offices.get('SECRETARIAT') === agency ? roles : roles.filter((role) => role !== 'operator');
  const people = register.people.filter((row) => isNow(row) && agencies.has(row.agency));
  const groups = new Map<string, ParticipantCode[]>();
  for (const { group, status, participant } of register.groups.filter(isNow)) {
    const codes = participant === null ? [...participants.keys()] : [participant];
    const known = groups.get(group) ?? [];
    const added = codes.filter((code) => participants.get(code) === status && !known.includes(code));
    groups.set(group, [...known, ...added]);
  }
  return {
    participants,
    agencies,
    people: new Map(people.map((row) => [`${row.agency}/${row.id}`, rolesOf(row)])),
    cleared: new Set(
      register.clearances
        .filter((row) => isNow(row) && isGiven(row))
        .map((row) => `${row.agency}/${row.person}`),
    ),
    offices,
    sponsors: new Map(
      register.sponsorships
        .filter((row) => isNow(row) && agencies.get(row.sponsor)?.status === 'MEMBER')
        .map((row) => [row.sponsored, row.sponsor]),
    ),
    groups,
    until: nextChange(register, now),
  };
}

/** @param now epoch milliseconds */
export function isActive(term: Term, now: number): boolean {
  return startOf(term) <= now && now < endOf(term);
}

/** Whether it counts at no time: its end is not behind its beginning. */
export function isWithdrawn(term: Term): boolean {
  return endOf(term) <= startOf(term);
}

/** Whether it counts at no time from now on. */
export function hasEnded(term: Term, now: number): boolean {
  return endOf(term) <= now || isWithdrawn(term);
}

function nextChange(register: Register, now: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const term of Object.values<readonly Term[]>({ ...register }).flat()) {
    for (const instant of [startOf(term), endOf(term)]) if (instant > now && instant < next) next = instant;
  }
  return next;
}

/** Epoch milliseconds. */
export function startOf({ from }: Term): number {
  return instantOf(from);
}

/** Epoch milliseconds; Infinity without an end. */
export function endOf({ to }: Term): number {
  return to === null ? Number.POSITIVE_INFINITY : instantOf(to);
}

function instantOf(text: string): number {
  const instant = parseInstant(text);
  if (instant === undefined) throw new RangeError('a term of the register is no RFC 3339 time');
  return instant;
}
