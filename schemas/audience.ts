import type { Tlp } from './code-lists.ts';
import type { Directory } from './directory.ts';
import { participantOf, participants, type Status } from './participants.ts';
import { violation } from './rule-codes.ts';
import type { Violation } from './violation.ts';

/** Groups that an audience may name, by the status of all that are in them (rules.md, Audience). */
export const groupsOfStatus: Readonly<Record<string, Status>> = {
  MEMBERS: 'MEMBER',
  OBSERVERS: 'OBSERVER',
  ORGANIZATIONS: 'ORGANIZATION',
  CIVIL_SOCIETY: 'CIVIL_SOCIETY',
  GUESTS: 'GUEST',
};
/** Of members. The Caribbean is a region to filter by: it would mix statuses. */
export const groupsOfRegion = ['CA4', 'CENTRAL_AMERICA', 'NORTH_AMERICA'] as const;

/** Of a group that rules.md names: what is meant for it is never read by those of another status. Undefined for others. */
export function statusOfGroup(group: string): Status | undefined {
  return (groupsOfRegion as readonly string[]).includes(group) ? 'MEMBER' : groupsOfStatus[group];
}

/** Whom an AMBER event is for that names nobody (rules.md, Audience). */
const amberDefault = 'MEMBERS';
/** Only what has the form of a code is repeated in an answer: a slip may put anything there. */
const codePattern = /^[A-Za-z0-9_-]{1,64}$/;

export interface Audience {
  /** Participants and agencies that may read, with commas between, each once; undefined where the marking alone says who. */
  readonly readers: string | undefined;
  readonly violations: readonly Violation[];
}

/**
 * Expands the audience of an event into those who are to be stamped on it as `readers` (rules.md, Audience): groups, participants
 * and agencies at AMBER, agencies alone above it, nothing below it. Codes `handling/...`, at `/audience`.
 *
 * @param audience as sent: names with commas between
 */
export function resolveAudience(audience: string | undefined, tlp: Tlp, directory: Directory): Audience {
  if (tlp === 'CLEAR' || tlp === 'GREEN') {
    const violations = audience === undefined ? [] : [violation('handling/audience', '/audience')];
    return { readers: undefined, violations };
  }
  const isAmber = tlp === 'AMBER';
  const asked = audience ?? (isAmber ? amberDefault : '');
  const names = asked.split(',').map((name) => name.trim());
  if (!isAmber && asked === '')
    return { readers: undefined, violations: [violation('handling/agencies', '/audience')] };
  const readers = new Set<string>();
  const violations: Violation[] = [];
  for (const name of names) {
    const meant = readersNamed(name, directory);
    if (meant === undefined) violations.push(unknownName(name));
    else if (!isAmber && !directory.agencies.has(name))
      violations.push(violation('handling/agencies', '/audience'));
    else for (const reader of meant) readers.add(reader);
  }
  return { readers: violations.length > 0 ? undefined : inOrder(readers), violations };
}

/** The same readers are the same text, whoever was named first: participants by their lanes, then agencies by their ids. */
function inOrder(readers: ReadonlySet<string>): string {
  const agencies = [...readers].filter((name) => participantOf(name) === undefined).sort();
  const codes = participants.map(({ code }) => code).filter((code) => readers.has(code));
  return [...codes, ...agencies].join(',');
}

function readersNamed(name: string, directory: Directory): readonly string[] | undefined {
  const group = directory.groups.get(name);
  // A group of nobody today would be an event for nobody.
  if (group !== undefined) return group.length > 0 ? group : undefined;
  return directory.participants.has(name) || directory.agencies.has(name) ? [name] : undefined;
}

function unknownName(name: string): Violation {
  const found = violation('handling/unknown-reader', '/audience');
  return codePattern.test(name) ? { ...found, name } : found;
}

/** Whether a participant or an agency is one of `readers`, as they are stamped. */
export function isNamed(readers: string | undefined, name: string): boolean {
  return readers !== undefined && `,${readers},`.includes(`,${name},`);
}
