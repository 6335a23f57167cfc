import { type Collection, type Entry, hasEnded, isActive, keyOf, participantOfAgency } from '@puebla/schemas';

export type Row = Entry['row'];

/** A row's fields, whichever of the collections it is of. */
type Fields = Readonly<Record<string, unknown>>;

// The exchange's own answer, of the same contract.
const entryOf = (collection: Collection, row: Row): Entry => ({ collection, row }) as Entry;

/** What `show` and `end` are told: the key of its record without the collection. */
export function shortKeyOf(collection: Collection, row: Row): string {
  return keyOf(entryOf(collection, row)).slice(collection.length + 1);
}

/** The row of that key; without its beginning the one of now, else the one that begins last. */
export function rowOf(
  collection: Collection,
  rows: readonly Row[],
  key: string,
  now: number,
): Row | undefined {
  const exact = rows.find((row) => shortKeyOf(collection, row) === key);
  if (exact !== undefined) return exact;
  const dated = rows.filter((row) => shortKeyOf(collection, row) === `${key}/${row.from}`);
  return dated.find((row) => isActive(row, now)) ?? dated.toSorted(byBeginning).at(-1);
}

function byBeginning(one: Row, other: Row): number {
  return Date.parse(one.from) - Date.parse(other.from);
}

export interface RowFilter {
  readonly agency?: string;
  readonly participant?: string;
}

/** Whether a row is about that agency and that participant. */
export function isAbout(collection: Collection, row: Row, { agency, participant }: RowFilter): boolean {
  const fields: Fields = { ...row };
  const own = collection === 'agencies' ? [fields['id']] : [];
  const agencies = [fields['agency'], fields['sponsor'], fields['sponsored'], ...own].filter(isString);
  const owners = agencies.map((id) => participantOfAgency(id)?.code);
  return (
    (agency === undefined || agencies.includes(agency)) &&
    (participant === undefined ||
      [fields['participant'], fields['code'], ...owners].includes(participant.toUpperCase()))
  );
}

const isString = (value: unknown): value is string => typeof value === 'string';

/** By which fields a row is known that is changed rather than followed by another. */
const knownBy: Readonly<Partial<Record<Collection, readonly string[]>>> = {
  agencies: ['id'],
  people: ['agency', 'id'],
  clearances: ['agency', 'person'],
};

/**
 * The row to send: what is not said stays as it is in the row that is there, which is so changed, or given a second time;
 * a new one is from now on, without an end. Who gave a clearance is not for the sender to say.
 */
export function rowToSend(
  collection: Collection,
  rows: readonly Row[],
  said: Fields,
  now: number,
): Record<string, unknown> {
  const names = knownBy[collection] ?? [];
  const before = rows.findLast((row) => {
    const fields: Fields = { ...row };
    const isSame = names.length > 0 && names.every((name) => fields[name] === said[name]);
    return isSame && !hasEnded(row, now) && (said['from'] ?? row.from) === row.from;
  });
  const name = typeof said['name'] === 'object' && {
    name: { ...Object(Object(before).name), ...said['name'] },
  };
  return { from: new Date(now).toISOString(), to: null, ...withoutGivers(before), ...said, ...name };
}

/** A row as it may be sent. */
export function withoutGivers(row: Row | undefined): Fields {
  const { by: _by, ...rest }: Record<string, unknown> = { ...row };
  return rest;
}

/** What a row says beside its key and its dates. */
export function textOfRow(entry: Entry): string {
  switch (entry.collection) {
    case 'participants':
      return entry.row.status;
    case 'agencies':
      return `${entry.row.name.es} / ${entry.row.name.en}`;
    case 'people':
      return entry.row.roles.join(' ');
    case 'clearances':
      return entry.row.by.join(' ');
    case 'offices':
      return entry.row.agency;
    case 'sponsorships':
      return entry.row.sponsor;
    case 'groups':
      return entry.row.status;
    case 'outages':
      return 'out';
    case 'habits':
      return `${entry.row.hours} h`;
  }
}
