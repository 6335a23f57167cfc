import type { Marking, Stamp } from './history.ts';
import type { World } from './world.ts';

/**
 * Who may read, written anew from the table in rules.md (canRead, rows 4 to 11, and Audience): what the exchange decides is compared
 * with this, so nothing of its code is used.
 *
 * @param reader an agency, or a person of it (`<agency>/<person>`); undefined for who is not signed in
 * @param owner the agency that published the event
 */
export function mayRead(reader: string | undefined, owner: string, stamp: Stamp, world: World): boolean {
  if (reader === undefined) return stamp.tlp === 'CLEAR'; // row 4
  const [agency = ''] = reader.split('/', 1);
  const participant = world.agencies[agency];
  const status = participant === undefined ? undefined : world.statuses[participant];
  if (participant === undefined || status === undefined) return false; // row 2
  const names = stamp.readers?.split(',') ?? [];
  if (stamp.tlp === 'RED')
    return world.cleared.includes(reader) && (agency === owner || names.includes(agency)); // row 5
  if (agency === owner || agency === stamp.sponsor) return true; // row 6
  if (stamp.office !== undefined && world.offices[stamp.office] === agency) return true; // row 6
  switch (stamp.tlp) {
    case 'CLEAR':
      return true; // row 7
    case 'GREEN':
      return status !== 'GUEST'; // row 8
    case 'AMBER':
      return names.includes(agency) || names.includes(participant); // row 9
    case 'AMBER_STRICT':
      return names.includes(agency); // row 10
    default:
      return false; // row 11
  }
}

/** How an event is handled, and whose it is. */
export interface Marked {
  readonly owner: string;
  readonly stamp: Stamp;
}

/** Of a thread with several versions: for the version and for the newest one (rules.md, Versions). */
export function mayReadVersion(
  reader: string | undefined,
  version: Marked,
  newest: Marked,
  world: World,
): boolean {
  return [version, newest].every(({ owner, stamp }) => mayRead(reader, owner, stamp, world));
}

/** How an event is stamped in this directory; undefined where its audience is refused. */
export function stampedIn(world: World, { tlp, audience }: Marking): Stamp | undefined {
  if (tlp === 'CLEAR' || tlp === 'GREEN') return audience === undefined ? { tlp } : undefined;
  const asked = audience ?? (tlp === 'AMBER' ? 'MEMBERS' : '');
  const readers = new Set<string>();
  for (const name of asked.split(',')) {
    const meant = tlp === 'AMBER' ? namedIn(world, name) : agencyIn(world, name);
    if (meant.length === 0) return undefined;
    for (const one of meant) readers.add(one);
  }
  return { tlp, readers: [...readers].join(',') };
}

/** Whether two stamps say the same, in whatever order; an office is stamped whether it is asked for or not. */
export function isSameStamp(one: Stamp, other: Stamp): boolean {
  const sorted = ({ readers }: Stamp): string | undefined => readers?.split(',').sort().join(',');
  return one.tlp === other.tlp && sorted(one) === sorted(other);
}

function namedIn(world: World, name: string): readonly string[] {
  const { statuses, groups } = world;
  const group = groups[name];
  if (group === undefined) return statuses[name] === undefined ? agencyIn(world, name) : [name];
  const codes = group.some === 'all' ? Object.keys(statuses) : group.some;
  return codes.filter((code) => statuses[code] === group.status);
}

function agencyIn({ agencies, statuses }: World, name: string): readonly string[] {
  const participant = agencies[name];
  return participant === undefined || statuses[participant] === undefined ? [] : [name];
}
