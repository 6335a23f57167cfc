import { type AgencyId, participantOfAgency } from './agencies.ts';
import { isObject } from './avro-check.ts';
import {
  type ClearanceRow,
  directoryAt,
  endOf,
  hasEnded,
  isActive,
  isGiven,
  isWithdrawn,
  type PersonId,
  type Register,
  type Role,
  type SponsorshipRow,
  startOf,
  type Term,
} from './directory.ts';
import type { ParticipantCode } from './participants.ts';
import { type Collection, type Entry, entriesOf, keyOf, othersAbout, withEntries } from './register.ts';
import { readRow } from './register-row.ts';
import {
  backdatedMs,
  boundRules,
  fixedRules,
  focalRules,
  isNewFocal,
  keepsSecretariat,
  mayGive,
  orderRules,
  referenceRules,
  termRules,
} from './register-rules.ts';
import { type RuleCode, violation } from './rule-codes.ts';
import { formatInstant, parseInstant } from './time.ts';
import type { Violation } from './violation.ts';

/** Who wants to change the directory. */
export interface Actor {
  readonly agency: AgencyId;
  /** Undefined for a system, which has no role that changes anything. */
  readonly person?: PersonId;
  readonly participant: ParticipantCode;
  readonly roles: readonly Role[];
}

export type Change =
  | { readonly ok: true; readonly entries: readonly Entry[] }
  | {
      readonly ok: false;
      readonly refusal: 'invalid' | 'not-permitted';
      readonly violations: readonly Violation[];
    };

/** Those of a country with hundreds of agencies, for decades. */
export const usualMostRows = 5_000;

/**
 * What is to be written so that the register says what is asked (rules.md, Status and roles): the row itself, and the end of the row
 * that it comes in the place of, since one agency holds an office, and a participant has one status, at a time.
 *
 * @param input parsed JSON of any shape
 * @param now epoch milliseconds
 * @param mostRows of one participant in one collection
 */
export function changeOf(
  register: Register,
  collection: Collection,
  input: unknown,
  actor: Actor,
  now: number,
  mostRows: number = usualMostRows,
): Change {
  const read = readRow(
    collection,
    collection === 'clearances' ? givenBy(input, register, actor, now) : input,
  );
  if (!read.ok) return { ok: false, refusal: 'invalid', violations: read.violations };
  const before = entriesOf(register).find((known) => keyOf(known) === keyOf(read.entry));
  const entry = before === undefined ? read.entry : endingNow(read.entry, now);
  if (!mayChange(entry, before, actor, register, now)) {
    return notPermitted('directory/not-yours', '');
  }
  if (!mayGive(entry, before, actor, register, now)) return notPermitted('directory/new-focal', '');
  // The same again says the same.
  if (before !== undefined && (isSame(before, entry) || isSame(before, endedWith(before, read.entry, now))))
    return { ok: true, entries: [] };
  if (!mayGiveRoles(entry, before, actor, register, now)) return notPermitted('directory/operator', '/roles');
  const violations = [
    ...termRules(entry.row, before?.row, now),
    ...(before === undefined ? boundRules(entry, register, mostRows) : fixedRules(entry, before)),
    ...referenceRules(entry, before, register, now),
    ...ownRules(entry, before, actor),
    ...focalRules(entry, before, now),
    ...orderRules(entry, register),
  ];
  if (violations.length > 0) return { ok: false, refusal: 'invalid', violations };
  const others = isWithdrawn(entry.row)
    ? goingOnAfter(before, actor, register, now)
    : endedBy(entry, register);
  const entries = [...others, entry];
  return keepsSecretariat(register, withEntries(register, entries), now)
    ? { ok: true, entries }
    : { ok: false, refusal: 'invalid', violations: [violation('directory/secretariat', '')] };
}

function notPermitted(rule: RuleCode, pointer: string): Change {
  return { ok: false, refusal: 'not-permitted', violations: [violation(rule, pointer)] };
}

/** An end that was meant for now has come a moment late: what was taken meanwhile stays as it was. */
function endingNow(entry: Entry, now: number): Entry {
  const to = entry.row.to === null ? undefined : parseInstant(entry.row.to);
  if (to === undefined || to >= now || to < now - backdatedMs) return entry;
  // Of the same collection.
  return { ...entry, row: { ...entry.row, to: formatInstant(now) } } as Entry;
}

/** A retry of an end that came a moment late: as it was ended then; and one of what is withdrawn already, whenever that was. */
function endedWith(before: Entry, sent: Entry, now: number): Entry {
  if (isWithdrawn(before.row) && isWithdrawn(sent.row))
    return { ...sent, row: { ...sent.row, to: before.row.to } } as Entry;
  const late = endOf(before.row) - endOf(sent.row);
  if (sent.row.to === null || endOf(before.row) > now || !(late >= 0 && late <= backdatedMs)) return sent;
  return { ...sent, row: { ...sent.row, to: before.row.to } } as Entry;
}

function isSame(one: Entry, other: Entry): boolean {
  return JSON.stringify(inOrder(one.row)) === JSON.stringify(inOrder(other.row));
}

/**
 * A clearance as it stands once this actor has given it too; who gives it is not for the input to say. One that is to last longer is
 * given anew: whoever gave the shorter one has not said this.
 */
function givenBy(input: unknown, register: Register, actor: Actor, now: number): unknown {
  if (!isObject(input) || 'by' in input) return { ...Object(input), by: null };
  const before = register.clearances.find(
    (row) => row.agency === input['agency'] && row.person === input['person'] && row.from === input['from'],
  );
  const { to } = input;
  const until = typeof to === 'string' ? parseInstant(to) : undefined;
  const isLonger = before !== undefined && (until ?? Number.POSITIVE_INFINITY) > endOf(before);
  const givers = before === undefined || isLonger ? [] : giversOf(before, register, now);
  // Who may only shorten it has not given it.
  const own = isNewFocal(actor, register, now) ? [] : [`${actor.agency}/${actor.person}`];
  return { ...input, by: [...new Set([...givers, ...own])] };
}

/** Who waits for a second to say the same does so while he is a focal point; what two have given stays given. */
function giversOf(row: ClearanceRow, register: Register, now: number): readonly string[] {
  if (isGiven(row)) return row.by;
  const { people } = directoryAt(register, now);
  return row.by.filter((giver) => people.get(giver)?.includes('focal') === true);
}

/**
 * Focal points their own participant's agencies and people, and when it is out or usually silent, which operators say too; the Secretariat
 * all else, sponsorships too, which either side may end, and each participant's first focal point.
 */
function mayChange(
  entry: Entry,
  before: Entry | undefined,
  actor: Actor,
  register: Register,
  now: number,
): boolean {
  const { participant, roles } = actor;
  const isOfSilence = entry.collection === 'outages' || entry.collection === 'habits';
  if (isOfSilence && roles.includes('operator')) return true;
  if (!roles.includes('focal')) return false;
  if (isOfSilence && entry.row.participant === participant) return true;
  const { agencies } = directoryAt(register, now);
  const { collection, row } = entry;
  if (collection === 'sponsorships')
    return isSecretariat(actor, register, now) || (isSide(row, actor) && isEnd(row, before));
  if (collection === 'clearances') return agencies.get(row.agency)?.participant === participant;
  if (collection !== 'agencies' && collection !== 'people') return isSecretariat(actor, register, now);
  const owner = collection === 'agencies' ? row.participant : agencies.get(row.agency)?.participant;
  if (owner === undefined || owner === participant) return owner === participant;
  return isSecretariat(actor, register, now) && isFirst(entry, owner, register, now);
}

function isSide({ sponsor, sponsored }: SponsorshipRow, { agency, participant }: Actor): boolean {
  return sponsor === agency || participantOfAgency(sponsored)?.code === participant;
}

/** Whether a row is there already, and is to last no longer. */
function isEnd(row: Term, before: Entry | undefined): boolean {
  return before !== undefined && endOf(row) <= endOf(before.row);
}

/** Operators see what every participant has sent: the Secretariat gives that role, in its own agency, and for how long. */
function mayGiveRoles(
  { collection, row }: Entry,
  before: Entry | undefined,
  actor: Actor,
  register: Register,
  now: number,
): boolean {
  if (collection !== 'people' || !row.roles.includes('operator')) return true;
  const had = before?.collection === 'people' && before.row.roles.includes('operator');
  if (had && isEnd(row, before)) return true;
  return row.agency === actor.agency && isSecretariat(actor, register, now);
}

/** Whoever is cleared may say that he is so no longer. */
function ownRules({ collection, row }: Entry, before: Entry | undefined, actor: Actor): readonly Violation[] {
  if (collection !== 'clearances' || row.agency !== actor.agency || row.person !== actor.person) return [];
  const isLess = before !== undefined && endOf(row) < endOf(before.row);
  return isLess ? [] : [violation('directory/own-clearance', '/person')];
}

function isSecretariat({ agency }: Actor, register: Register, now: number): boolean {
  return directoryAt(register, now).offices.get('SECRETARIAT') === agency;
}

/**
 * What a participant needs to go on by itself: its first agency, and a focal point in it. Those that begin later count too, but
 * for the row that is said anew before it begins.
 */
function isFirst(entry: Entry, owner: ParticipantCode, register: Register, now: number): boolean {
  const others = entriesOf(register).filter(
    (known) => !hasEnded(known.row, now) && (startOf(known.row) <= now || keyOf(known) !== keyOf(entry)),
  );
  const agencies = others.flatMap(({ collection, row }) =>
    collection === 'agencies' && row.participant === owner ? [row.id] : [],
  );
  if (entry.collection === 'agencies') return agencies.length === 0;
  const isManaged = others.some(
    ({ collection, row }) =>
      collection === 'people' && row.roles.includes('focal') && agencies.includes(row.agency),
  );
  return !isManaged && entry.collection === 'people' && entry.row.roles.includes('focal');
}

function inOrder(row: object): unknown {
  return Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Rows about the same office, status or sponsored agency that are open when this one begins end there. */
function endedBy(entry: Entry, register: Register): Entry[] {
  const { from } = entry.row;
  return othersAbout(entry, register)
    .filter(({ row }) => isActive(row, startOf(entry.row)))
    .map((known) => ({ ...known, row: { ...known.row, to: from } }) as Entry);
}

/** What a planned row would have ended goes on in its place once it is withdrawn: no office is left empty, no participant without a status. */
function goingOnAfter(
  planned: Entry | undefined,
  actor: Actor,
  register: Register,
  now: number,
): readonly Entry[] {
  if (planned === undefined) return [];
  const { to } = planned.row;
  return othersAbout(planned, register)
    .filter(({ row }) => endOf(row) === startOf(planned.row) && !isWithdrawn(row))
    .filter((known) => mayChange(known, known, actor, register, now))
    .map((known) => ({ ...known, row: { ...known.row, to } }) as Entry);
}
