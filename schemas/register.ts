import { participantOfAgency } from './agencies.ts';
import type { Register } from './directory.ts';
import type { ParticipantCode } from './participants.ts';

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
  'outages',
  'habits',
];

export const emptyRegister: Register = {
  participants: [],
  agencies: [],
  people: [],
  clearances: [],
  offices: [],
  sponsorships: [],
  groups: [],
  outages: [],
  habits: [],
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
    case 'outages':
    case 'habits':
      return `${entry.collection}/${entry.row.participant}/${entry.row.from}`;
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
    outages: rows('outages'),
    habits: rows('habits'),
  };
}

/** Who adds a row to the directory, or has it added: a row of a group of everybody is nobody's. */
export function ownerOf({ collection, row }: Entry): ParticipantCode | undefined {
  switch (collection) {
    case 'participants':
      return row.code;
    case 'agencies':
    case 'outages':
    case 'habits':
      return row.participant;
    case 'groups':
      return row.participant ?? undefined;
    case 'sponsorships':
      return participantOfAgency(row.sponsor)?.code;
    default:
      return participantOfAgency(row.agency)?.code;
  }
}

/** The other rows about the same office, status or sponsored agency. */
export function othersAbout(entry: Entry, register: Register): Entry[] {
  const subject = subjectOf(entry);
  if (subject === undefined) return [];
  return entriesOf(register).filter((known) => subjectOf(known) === subject && keyOf(known) !== keyOf(entry));
}

function subjectOf(entry: Entry): string | undefined {
  if (entry.collection === 'participants') return `participants/${entry.row.code}`;
  if (entry.collection === 'offices') return `offices/${entry.row.office}`;
  if (entry.collection === 'sponsorships') return `sponsorships/${entry.row.sponsored}`;
  if (entry.collection === 'habits') return `habits/${entry.row.participant}`;
  return undefined;
}
