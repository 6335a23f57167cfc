import type { AgencyId } from './agencies.ts';
import { isObject } from './avro-check.ts';
import {
  type ActiveAgency,
  type Directory,
  directoryAt,
  isActive,
  type PersonId,
  type Register,
  type Role,
  type Term,
} from './directory.ts';
import type { ParticipantCode } from './participants.ts';
import { readRow } from './register-row.ts';
import { violation } from './rule-codes.ts';
import { formatInstant, parseInstant } from './time.ts';
import type { Violation } from './violation.ts';

export type Collection = keyof Register;
export type RowOf<Name extends Collection> = Register[Name][number];
/** A row with its collection: what one record of the directory's topic says. */
export type Entry = {
  readonly [Name in Collection]: { readonly collection: Name; readonly row: RowOf<Name> };
}[Collection];

export const collections: readonly Collection[] = [
  'participants',
  'agencies',
  'people',
  'clearances',
  'offices',
  'sponsorships',
  'groups',
];

export const emptyRegister: Register = {
  participants: [],
  agencies: [],
  people: [],
  clearances: [],
  offices: [],
  sponsorships: [],
  groups: [],
};

/** What tells a row from every other, for all time: the key of its record. */
export function keyOf(entry: Entry): string {
  switch (entry.collection) {
    case 'participants':
      return `participants/${entry.row.code}/${entry.row.from}`;
    case 'agencies':
      return `agencies/${entry.row.id}`;
    case 'people':
      return `people/${entry.row.agency}/${entry.row.id}`;
    case 'clearances':
      return `clearances/${entry.row.agency}/${entry.row.person}/${entry.row.from}`;
    case 'offices':
      return `offices/${entry.row.office}/${entry.row.from}`;
    case 'sponsorships':
      return `sponsorships/${entry.row.sponsored}/${entry.row.from}`;
    case 'groups':
      return `groups/${entry.row.group}/${entry.row.participant ?? '*'}/${entry.row.from}`;
  }
}

export function entriesOf(register: Register): Entry[] {
  // Each list holds the rows of its own collection.
  return collections.flatMap((collection) =>
    register[collection].map((row) => ({ collection, row }) as Entry),
  );
}

/** The register with these entries, each in place of the one that has its key. */
export function withEntries(register: Register, entries: readonly Entry[]): Register {
  const byKey = new Map(entriesOf(register).map((entry) => [keyOf(entry), entry]));
  for (const entry of entries) byKey.set(keyOf(entry), entry);
  const rows = <Name extends Collection>(collection: Name): RowOf<Name>[] =>
    [...byKey.values()].flatMap((entry) =>
      entry.collection === collection ? [entry.row as RowOf<Name>] : [],
    );
  return {
    participants: rows('participants'),
    agencies: rows('agencies'),
    people: rows('people'),
    clearances: rows('clearances'),
    offices: rows('offices'),
    sponsorships: rows('sponsorships'),
    groups: rows('groups'),
  };
}

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

/**
 * What is to be written so that the register says what is asked (rules.md, Status and roles): the row itself, and the end of the row
 * that it comes in the place of, since one agency holds an office, and a participant has one status, at a time.
 *
 * @param input parsed JSON of any shape
 * @param now epoch milliseconds
 */
export function changeOf(
  register: Register,
  collection: Collection,
  input: unknown,
  actor: Actor,
  now: number,
): Change {
  const read = readRow(collection, collection === 'clearances' ? givenBy(input, register, actor) : input);
  if (!read.ok) return { ok: false, refusal: 'invalid', violations: read.violations };
  const entry = endingNow(read.entry, now);
  const directory = directoryAt(register, now);
  if (!mayChange(entry, actor, directory)) {
    return { ok: false, refusal: 'not-permitted', violations: [violation('directory/not-yours', '')] };
  }
  const before = entriesOf(register).find((known) => keyOf(known) === keyOf(entry));
  // The same again says the same.
  if (before !== undefined && JSON.stringify(inOrder(before.row)) === JSON.stringify(inOrder(entry.row)))
    return { ok: true, entries: [] };
  const violations = [
    ...termRules(entry.row, before?.row, now),
    ...(before === undefined ? [] : fixedRules(entry, before)),
    ...referenceRules(entry, directory),
    ...orderRules(entry, register),
  ];
  if (violations.length > 0) return { ok: false, refusal: 'invalid', violations };
  const entries = [...endedBy(entry, register), entry];
  return hasSecretariat(withEntries(register, entries), entries, now)
    ? { ok: true, entries }
    : { ok: false, refusal: 'invalid', violations: [violation('directory/secretariat', '')] };
}

/** An end that was meant for now has come a moment late: what was taken meanwhile stays as it was. */
function endingNow(entry: Entry, now: number): Entry {
  const to = entry.row.to === null ? undefined : parseInstant(entry.row.to);
  if (to === undefined || to >= now || to < now - backdatedMs) return entry;
  // Of the same collection.
  return { ...entry, row: { ...entry.row, to: formatInstant(now) } } as Entry;
}

/** A clearance as it stands once this actor has given it too; who gives it is not for the input to say. */
function givenBy(input: unknown, { clearances }: Register, { agency, person }: Actor): unknown {
  if (!isObject(input) || 'by' in input) return { ...Object(input), by: null };
  const before = clearances.find(
    (row) => row.agency === input['agency'] && row.person === input['person'] && row.from === input['from'],
  );
  return { ...input, by: [...new Set([...(before?.by ?? []), `${agency}/${person}`])] };
}

/** Focal points their own participant's agencies and people; the Secretariat all else, and each participant's first focal point. */
function mayChange(entry: Entry, { agency, participant, roles }: Actor, directory: Directory): boolean {
  if (!roles.includes('focal')) return false;
  const isSecretariat = directory.offices.get('SECRETARIAT') === agency;
  const { collection, row } = entry;
  if (collection === 'sponsorships') return row.sponsor === agency;
  if (collection === 'clearances') return directory.agencies.get(row.agency)?.participant === participant;
  if (collection !== 'agencies' && collection !== 'people') return isSecretariat;
  const owner = collection === 'agencies' ? row.participant : directory.agencies.get(row.agency)?.participant;
  if (owner === undefined || owner === participant) return owner === participant;
  const agencies = [...directory.agencies.values()].filter((known) => known.participant === owner);
  return (
    isSecretariat && !agencies.some(({ id }) => hasFocalPoint(id, directory)) && isFirst(entry, agencies)
  );
}

function hasFocalPoint(agency: AgencyId | undefined, { people }: Directory): boolean {
  return [...people].some(([name, roles]) => name.startsWith(`${agency}/`) && roles.includes('focal'));
}

/** What a participant needs to go on by itself: its first agency, and a focal point in it. */
function isFirst({ collection, row }: Entry, agencies: readonly ActiveAgency[]): boolean {
  return collection === 'people' ? row.roles.includes('focal') : agencies.length === 0;
}

/** What may be said anew under a known key; all else says which row it is, and stays. */
const free: Readonly<Record<Collection, readonly string[]>> = {
  participants: ['to'],
  agencies: ['to', 'name'],
  people: ['to', 'roles'],
  clearances: ['to', 'by'],
  offices: ['to'],
  sponsorships: ['to'],
  groups: ['to'],
};

function fixedRules({ collection, row }: Entry, before: Entry): Violation[] {
  const was: Readonly<Record<string, unknown>> = { ...before.row };
  return Object.entries(row)
    .filter(([name, value]) => !free[collection].includes(name) && was[name] !== value)
    .map(([name]) => violation(name === 'participant' ? 'directory/moved' : 'directory/past', `/${name}`));
}

/** An office, a status, a sponsor goes from one row to the next: none is put in before one that is there, and nobody ends another's sponsorship. */
function orderRules(entry: Entry, register: Register): Violation[] {
  const start = parseInstant(entry.row.from) ?? 0;
  const others = othersAbout(entry, register);
  const isBefore = others.some(({ row }) => (parseInstant(row.from) ?? 0) > start);
  const isOthers =
    entry.collection === 'sponsorships' &&
    others.some(
      (known) =>
        known.collection === 'sponsorships' &&
        known.row.sponsor !== entry.row.sponsor &&
        isActive(known.row, start),
    );
  return [
    ...(isBefore ? [violation('directory/order', '/from')] : []),
    ...(isOthers ? [violation('directory/sponsored', '/sponsored')] : []),
  ];
}

/** Whatever was changed, somebody can change it back: at every instant that it names the Secretariat has a focal point. */
function hasSecretariat(register: Register, entries: readonly Entry[], now: number): boolean {
  const instants = entries
    .flatMap(({ row }) => [row.from, row.to ?? row.from])
    .map((text) => parseInstant(text) ?? now);
  return [now, ...instants.filter((instant) => instant > now)].every((instant) => {
    const then = directoryAt(register, instant);
    return hasFocalPoint(then.offices.get('SECRETARIAT'), then);
  });
}

function inOrder(row: object): unknown {
  return Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A change is told when it is made: for clocks that differ, and for what was under way. */
const backdatedMs = 60_000;

/** What was so stays so: nothing begins or ends in the past. */
function termRules(row: Term, before: Term | undefined, now: number): Violation[] {
  const from = parseInstant(row.from) ?? now;
  const to = row.to === null ? Number.POSITIVE_INFINITY : (parseInstant(row.to) ?? now);
  const found: Violation[] = [];
  if (to <= from) found.push(violation('period', '/to'));
  if (before === undefined) {
    if (from < now - backdatedMs) found.push(violation('directory/past', '/from'));
    return found;
  }
  const ended = before.to === null ? Number.POSITIVE_INFINITY : (parseInstant(before.to) ?? now);
  if (ended <= now) found.push(violation('directory/ended', ''));
  if (row.to !== before.to && to < now) found.push(violation('directory/past', '/to'));
  return found;
}

/** Whom it names takes part now, and a group has one status. */
function referenceRules(entry: Entry, directory: Directory): Violation[] {
  const { agencies, participants } = directory;
  switch (entry.collection) {
    case 'participants':
      return [];
    case 'agencies':
      return participants.has(entry.row.participant) ? [] : [violation('directory/unknown', '/participant')];
    case 'clearances':
      return directory.people.has(`${entry.row.agency}/${entry.row.person}`)
        ? []
        : [violation('directory/unknown', '/person')];
    case 'people':
    case 'offices':
      return agencies.has(entry.row.agency) ? [] : [violation('directory/unknown', '/agency')];
    case 'sponsorships': {
      const { sponsor, sponsored } = entry.row;
      return [
        ...(agencies.get(sponsor)?.status === 'MEMBER' ? [] : [violation('directory/unknown', '/sponsor')]),
        ...(agencies.get(sponsored)?.status === 'CIVIL_SOCIETY'
          ? []
          : [violation('directory/unknown', '/sponsored')]),
      ];
    }
    case 'groups': {
      const { group, participant, status } = entry.row;
      const mixed = (directory.groups.get(group) ?? []).some((code) => participants.get(code) !== status);
      return [
        ...(mixed ? [violation('directory/mixed-group', '/status')] : []),
        ...(participant === null || participants.get(participant) === status
          ? []
          : [violation('directory/mixed-group', '/participant')]),
      ];
    }
  }
}

/** Rows about the same office, status or sponsored agency that are open when this one begins end there. */
function endedBy(entry: Entry, register: Register): Entry[] {
  const { from } = entry.row;
  const start = parseInstant(from) ?? 0;
  return othersAbout(entry, register)
    .filter(({ row }) => isActive(row, start))
    .map((known) => ({ ...known, row: { ...known.row, to: from } }) as Entry);
}

/** The other rows about the same office, status or sponsored agency. */
function othersAbout(entry: Entry, register: Register): Entry[] {
  const subject = subjectOf(entry);
  if (subject === undefined) return [];
  return entriesOf(register).filter((known) => subjectOf(known) === subject && keyOf(known) !== keyOf(entry));
}

function subjectOf(entry: Entry): string | undefined {
  if (entry.collection === 'participants') return `participants/${entry.row.code}`;
  if (entry.collection === 'offices') return `offices/${entry.row.office}`;
  if (entry.collection === 'sponsorships') return `sponsorships/${entry.row.sponsored}`;
  return undefined;
}
