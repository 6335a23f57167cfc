import { addressPattern } from './address.ts';
import { type AgencyId, participantOfAgency } from './agencies.ts';
import { isObject } from './avro-check.ts';
import type { Tlp } from './code-lists.ts';
import type { Directory, PersonId } from './directory.ts';
import type { Reader } from './handling.ts';
import type { KindName } from './kind.ts';
import type { ParticipantCode } from './participants.ts';
import { parseInstant } from './time.ts';

/**
 * What the audit tells of: an event was published, was taken back, what is doubtful in it was confirmed by its author, it was given its second
 * signature (or review) or returned instead, came to an agency for the first time by a stream or a page, or was opened by its address; a request was refused; a row of the directory was changed.
 */
export const auditedActs = [
  'published',
  'recalled',
  'confirmed',
  'signed',
  'returned',
  'delivered',
  'read',
  'refused',
  'directory',
] as const;
export type AuditedAct = (typeof auditedActs)[number];

/** One entry of the audit: codes, ids and times, and of what an author wrote the reason of a confirmation alone. */
export interface AuditEntry {
  /** A random UUID: what was written twice after an open outcome is one entry. */
  readonly id: string;
  /** RFC 3339. */
  readonly time: string;
  readonly what: AuditedAct;
  /** Who did it, or got it. The entry is in the lane of its participant. */
  readonly agency: AgencyId;
  readonly person?: PersonId;
  /** The event's address. */
  readonly event?: string;
  /** Of what was refused: where all of it is of one. */
  readonly kind?: KindName;
  readonly tlp?: Tlp;
  /** Of what was published: as it is stamped. */
  readonly readers?: string;
  /** Of what was confirmed: why, in the author's words, and what had been found. */
  readonly reason?: string;
  readonly findings?: readonly string[];
  /** Of what was refused: the codes of the problems and of the rules, each once. */
  readonly codes?: readonly string[];
  readonly rules?: readonly string[];
  /** And where which rule was broken, by the contract's own names (`contractField`): the first of them. */
  readonly fields?: readonly { readonly field: string; readonly rule: string }[];
  /** How many events of the request were refused. */
  readonly count?: number;
  /** Of the directory: the key of the row, `<collection>/...`. */
  readonly key?: string;
}

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An entry from parsed JSON of any shape; undefined for what is none. */
export function readAuditEntry(input: unknown): AuditEntry | undefined {
  if (!isObject(input)) return undefined;
  const { id, time, what, agency, event } = input;
  const isEntry =
    typeof id === 'string' &&
    uuidPattern.test(id) &&
    typeof time === 'string' &&
    parseInstant(time) !== undefined &&
    auditedActs.some((act) => act === what) &&
    typeof agency === 'string' &&
    participantOfAgency(agency) !== undefined &&
    (event === undefined || (typeof event === 'string' && addressPattern.test(event)));
  // What others go by was looked at above; the rest is shown as it is.
  return isEntry ? (input as unknown as AuditEntry) : undefined;
}

/** Who reads an event is told to its owner at AMBER and above (rules.md, What gives things away). */
export function isAudited(tlp: Tlp): boolean {
  return tlp !== 'CLEAR' && tlp !== 'GREEN';
}

/** What is so marked is rather not read than read without an entry. */
export function mustBeAudited(tlp: Tlp): boolean {
  return tlp === 'AMBER_STRICT' || tlp === 'RED';
}

/** Which entries a reader may see. */
export interface AuditScope {
  /** All of this participant. */
  readonly participant: ParticipantCode;
  /** And these acts of everybody. */
  readonly ofAll: readonly AuditedAct[];
}

/**
 * Each participant's focal points and analysts see its own entries, the Secretariat's those of the directory and of recalls too; undefined: none.
 *
 * @param directory of now: it says who holds the Secretariat
 */
export function auditScope(reader: Reader, directory: Directory): AuditScope | undefined {
  if (!reader.signedIn || !reader.roles.some((role) => role === 'focal' || role === 'analyst'))
    return undefined;
  const isSecretariat = directory.offices.get('SECRETARIAT') === reader.agency;
  return { participant: reader.participant, ofAll: isSecretariat ? ['directory', 'recalled'] : [] };
}
