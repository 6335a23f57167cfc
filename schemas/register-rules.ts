import { type AgencyId, participantOfAgency } from './agencies.ts';
import { statusOfGroup } from './audience.ts';
import {
  directoryAt,
  endOf,
  hasEnded,
  isActive,
  isGiven,
  isWithdrawn,
  type PersonId,
  type Register,
  startOf,
  type Term,
} from './directory.ts';
import { type Collection, type Entry, entriesOf, othersAbout, ownerOf } from './register.ts';
import { violation } from './rule-codes.ts';
import type { Violation } from './violation.ts';

/** What may be said anew under a known key; all else says which row it is, and stays. */
const free: Readonly<Record<Collection, readonly string[]>> = {
  participants: ['to'],
  agencies: ['to', 'name'],
  people: ['to', 'roles'],
  clearances: ['to', 'by'],
  offices: ['to'],
  sponsorships: ['to'],
  groups: ['to'],
  outages: ['to'],
  habits: ['to'],
};

export function fixedRules({ collection, row }: Entry, before: Entry): Violation[] {
  const was: Readonly<Record<string, unknown>> = { ...before.row };
  return Object.entries(row)
    .filter(([name, value]) => !free[collection].includes(name) && was[name] !== value)
    .map(([name]) => violation(name === 'participant' ? 'directory/moved' : 'directory/past', `/${name}`));
}

/** An office, a status, a sponsor goes from one row to the next: none is put in before one that is there, and nobody ends another's sponsorship. */
export function orderRules(entry: Entry, register: Register): Violation[] {
  if (isWithdrawn(entry.row)) return [];
  const start = startOf(entry.row);
  const others = othersAbout(entry, register);
  const isBefore = others.some(({ row }) => startOf(row) > start && overlaps(row, entry.row));
  const isOthers =
    entry.collection === 'sponsorships' &&
    // One that has ended, or whose participant is no member any more, can end nothing, and stands in nobody's way.
    directoryAt(register, start).sponsors.has(entry.row.sponsored) &&
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

/** Whatever was changed, somebody can change it back: the Secretariat has a focal point whenever it had one before. */
export function keepsSecretariat(before: Register, after: Register, now: number): boolean {
  const instants = new Set([now, ...secretariatInstants(before, now), ...secretariatInstants(after, now)]);
  return [...instants].every((instant) => hasSecretariat(after, instant) || !hasSecretariat(before, instant));
}

function hasSecretariat(register: Register, instant: number): boolean {
  const { offices, people } = directoryAt(register, instant);
  const holder = offices.get('SECRETARIAT');
  return [...people].some(([name, roles]) => name.startsWith(`${holder}/`) && roles.includes('focal'));
}

/** When those who hold the office, now or later, begin or end: what others do changes nothing here. */
function secretariatInstants(register: Register, now: number): readonly number[] {
  const terms = register.offices.filter((row) => row.office === 'SECRETARIAT' && endOf(row) > now);
  const holders = new Set<AgencyId>(terms.map(({ agency }) => agency));
  const owners = new Set([...holders].map((id) => participantOfAgency(id)?.code));
  const rows: readonly Term[] = [
    ...terms,
    ...register.participants.filter(({ code }) => owners.has(code)),
    ...register.agencies.filter(({ id }) => holders.has(id)),
    ...register.people.filter(({ agency }) => holders.has(agency)),
  ];
  return rows
    .flatMap((row) => [startOf(row), endOf(row)])
    .filter((instant) => instant > now && Number.isFinite(instant));
}

/** A change is told when it is made: for clocks that differ, and for what was under way. */
export const backdatedMs = 60_000;

/** What was so stays so: nothing begins or ends in the past. What has not begun is withdrawn by an end before its beginning, for good. */
export function termRules(row: Term, before: Term | undefined, now: number): Violation[] {
  const found: Violation[] = [];
  if (before === undefined) {
    if (isWithdrawn(row)) found.push(violation('period', '/to'));
    if (startOf(row) < now - backdatedMs) found.push(violation('directory/past', '/from'));
  } else if (hasEnded(before, now)) found.push(violation('directory/ended', ''));
  if (row.to !== before?.to && endOf(row) < now) found.push(violation('directory/past', '/to'));
  return found;
}

/** Whom it names takes part now, and a group has one status. What is only ended names nobody anew. */
export function referenceRules(
  entry: Entry,
  before: Entry | undefined,
  register: Register,
  now: number,
): Violation[] {
  if (before !== undefined && endOf(entry.row) <= endOf(before.row)) return [];
  const { agencies, participants, people } = directoryAt(register, now);
  const unless = (known: boolean, pointer: string): Violation[] =>
    known ? [] : [violation('directory/unknown', pointer)];
  switch (entry.collection) {
    case 'participants':
      return [];
    case 'agencies':
      return unless(participants.has(entry.row.participant), '/participant');
    case 'clearances':
      return unless(people.has(`${entry.row.agency}/${entry.row.person}`), '/person');
    case 'outages':
    case 'habits':
      return unless(participants.has(entry.row.participant), '/participant');
    case 'people':
    case 'offices':
      return unless(agencies.has(entry.row.agency), '/agency');
    case 'sponsorships': {
      const { sponsor, sponsored } = entry.row;
      return [
        ...unless(agencies.get(sponsor)?.status === 'MEMBER', '/sponsor'),
        ...unless(agencies.get(sponsored)?.status === 'CIVIL_SOCIETY', '/sponsored'),
      ];
    }
    case 'groups': {
      const { row } = entry;
      const isMixed = register.groups.some(
        (known) => known.group === row.group && known.status !== row.status && overlaps(known, row),
      );
      const isAnother = row.participant !== null && participants.get(row.participant) !== row.status;
      const isOther = row.status !== (statusOfGroup(row.group) ?? row.status);
      return [
        ...(isMixed || isOther ? [violation('directory/mixed-group', '/status')] : []),
        ...(isAnother ? [violation('directory/mixed-group', '/participant')] : []),
      ];
    }
  }
}

/** A focal point has been one since his row began: the role is given to nobody who is there already. */
export function focalRules({ collection, row }: Entry, before: Entry | undefined, now: number): Violation[] {
  if (collection !== 'people' || before?.collection !== 'people' || !row.roles.includes('focal')) return [];
  if (before.row.roles.includes('focal') || startOf(before.row) > now) return [];
  return [violation('directory/focal-anew', '/roles')];
}

/** So long whoever has made a focal point is the only one who speaks: others see it, and can end it. */
const focalBeforeMs = 7 * 86_400_000;

interface Giver {
  readonly agency: AgencyId;
  readonly person?: PersonId;
}

/** One alone would be two with a focal point of his own making: a new one gives no clearance, and shortens any. */
export function mayGive(
  { collection, row }: Entry,
  before: Entry | undefined,
  giver: Giver,
  register: Register,
  now: number,
): boolean {
  if (collection !== 'clearances' || !isNewFocal(giver, register, now)) return true;
  if (before?.collection !== 'clearances') return false;
  // What is given already takes nothing from him.
  const most = endOf(before.row);
  return endOf(row) < most || (endOf(row) === most && isGiven(before.row));
}

export function isNewFocal({ agency, person }: Giver, { people }: Register, now: number): boolean {
  const row = people.find((known) => known.agency === agency && known.id === person);
  return row === undefined || startOf(row) > now - focalBeforeMs;
}

/** Rows stay for good and every service holds them all: one participant's have a bound in each collection. */
export function boundRules(entry: Entry, register: Register, mostRows: number): Violation[] {
  const owner = ownerOf(entry);
  const held = entriesOf(register).filter(
    (known) => known.collection === entry.collection && ownerOf(known) === owner,
  );
  return held.length < mostRows ? [] : [violation('directory/full', '')];
}

function overlaps(one: Term, other: Term): boolean {
  return Math.max(startOf(one), startOf(other)) < Math.min(endOf(one), endOf(other));
}
