import type { AgencyId } from './agencies.ts';
import { isNamed, resolveAudience } from './audience.ts';
import type { Tlp } from './code-lists.ts';
import type { ActiveAgency, Directory, Office, PersonId, Role } from './directory.ts';
import type { Kind } from './kind.ts';
import type { ParticipantCode, Status } from './participants.ts';
import { violation } from './rule-codes.ts';
import { type Identified, isRecalled, newerThan, type ThreadStates } from './thread-state.ts';
import type { ValidEvent } from './validate.ts';
import type { Violation } from './violation.ts';

/** Who asks to read. */
export type Reader =
  | { readonly signedIn: false }
  | {
      readonly signedIn: true;
      readonly agency: AgencyId;
      readonly participant: ParticipantCode;
      readonly status: Status;
      /** Who of the agency; undefined for one of its systems. */
      readonly person?: PersonId;
      readonly roles: readonly Role[];
      /** A person who is cleared today; a system never is. */
      readonly cleared: boolean;
    };

/** What of an event decides who may read it. */
export interface HandledEvent {
  readonly agency: AgencyId;
  readonly tlp: Tlp;
  readonly readers?: string;
  /** The agency that answers for it beside its own. */
  readonly sponsor?: AgencyId;
  /** What an office publishes belongs to the office, whoever holds it. */
  readonly office?: Office;
}

/** What of an event, or of a row of one, decides who may read it. */
export function handlingOf({
  agency,
  tlp,
  readers,
  sponsor,
  office,
}: Pick<HandledEvent, 'agency' | 'tlp'> & {
  readonly [Name in 'readers' | 'sponsor' | 'office']?: HandledEvent[Name] | null | undefined;
}): HandledEvent {
  return {
    agency,
    tlp,
    ...(readers != null && { readers }),
    ...(sponsor != null && { sponsor }),
    ...(office != null && { office }),
  };
}

export const anonymous: Reader = { signedIn: false };

/** What the systems of an agency do. */
const rolesOfSystems: readonly Role[] = ['publisher', 'analyst'];

/**
 * A system of an agency, or a person in it, as a reader; undefined where there is no such agency or person now (row 2: answered 401, never
 * treated as anonymous).
 */
export function readerOf(directory: Directory, agencyId: AgencyId, person?: PersonId): Reader | undefined {
  const agency = directory.agencies.get(agencyId);
  const roles = person === undefined ? rolesOfSystems : directory.people.get(`${agencyId}/${person}`);
  if (agency === undefined || roles === undefined) return undefined;
  const { id, participant, status } = agency;
  const who = { signedIn: true, agency: id, participant, status, roles } as const;
  if (person === undefined) return { ...who, cleared: false };
  return { ...who, person, cleared: directory.cleared.has(`${agencyId}/${person}`) };
}

/**
 * May this reader read this event? The first row of `rules.md` (canRead) that matches decides; row 2 is the sign-in check, row 3 is
 * `mayReadUnsigned`. Of a thread with several versions the reader needs it for the newest one too: narrowing closes the history.
 *
 * @param directory of now: it says who holds an office
 * @param threads what became of the event's thread
 */
export function canRead(
  reader: Reader,
  event: HandledEvent & Identified,
  directory: Directory,
  threads: ThreadStates,
): boolean {
  if (isRecalled(event, threads)) return false; // row 1
  // Nor is a recall itself shown: whoever could read what is gone is told its address.
  if (event.kind === 'recall') return false;
  if (!isFor(reader, event, directory)) return false;
  const newer = newerThan(event, threads);
  return newer === undefined || isFor(reader, newer, directory);
}

/** Whether what is so handled is for this reader, by itself: rows 4 to 11. */
export function isFor(reader: Reader, event: HandledEvent, directory: Directory): boolean {
  const { tlp, readers } = event;
  if (!reader.signedIn) return tlp === 'CLEAR'; // row 4
  if (tlp === 'RED')
    return reader.cleared && (reader.agency === event.agency || isNamed(readers, reader.agency)); // row 5
  if (isOwner(reader, event, directory)) return true; // row 6
  if (tlp === 'CLEAR') return true; // row 7
  if (tlp === 'GREEN') return reader.status !== 'GUEST'; // row 8
  if (isNamed(readers, reader.agency)) return true; // rows 9 and 10
  return tlp === 'AMBER' && isNamed(readers, reader.participant); // rows 9 and 11
}

/** The publishing agency, its sponsor, the present holder of the publishing office (row 6). */
export function isOwner(reader: Reader, event: HandledEvent, directory: Directory): boolean {
  return reader.signedIn && ownsEvent(reader.agency, event, directory);
}

export function ownsEvent(agency: AgencyId, event: HandledEvent, directory: Directory): boolean {
  if (agency === event.agency || agency === event.sponsor) return true;
  return event.office !== undefined && directory.offices.get(event.office) === agency;
}

/**
 * The agencies that what is so handled is for, at RED by a person who is cleared: asked of the policy itself, so that it cannot say
 * anything else than what will be.
 */
export function readersOf(event: HandledEvent, directory: Directory): readonly ActiveAgency[] {
  return [...directory.agencies.values()].filter(({ id, participant, status }) =>
    isFor({ signedIn: true, agency: id, participant, status, roles: [], cleared: true }, event, directory),
  );
}

export type Permission =
  | {
      readonly ok: true;
      /** To be stamped on it, as the next two. */
      readonly readers: string | undefined;
      readonly office: Office | undefined;
      readonly sponsor: AgencyId | undefined;
      /** The agency whose releaser must sign before it is published; undefined where one signature is enough. */
      readonly signer: AgencyId | undefined;
      /** In danger to life: the agency whose releaser reviews it when it is published. */
      readonly reviewer: AgencyId | undefined;
    }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/**
 * May this agency publish this event, so marked, for whom is it then, and who must sign it? (rules.md, canPublish, Audience and A second
 * signature.) Codes `publish/...` are about who asks, `handling/...` about the marking.
 *
 * @param directory of now: groups are expanded by it, and it says who holds an office and who sponsors whom
 */
export function canPublish(
  agency: ActiveAgency,
  kind: Kind,
  event: ValidEvent,
  directory: Directory,
): Permission {
  if (kind.answer !== undefined) return mayAnswer(agency, kind, event);
  const { readers, violations } = resolveAudience(event.audience, event.tlp, directory);
  const office = officeFor(agency, kind, directory);
  const sponsor = sponsorFor(agency, kind, directory);
  const found = [
    ...sourceRules(agency, event),
    ...(kind.offices === undefined
      ? statusRules(agency, kind, event, sponsor)
      : officeRules(kind.offices, event, office)),
    ...markingRules(kind, event),
    ...violations,
  ];
  if (found.length > 0) return { ok: false, violations: found };
  // rules.md: asked for RED, for what an office decides, for what is sponsored, for what is doubtful in a record about victims.
  const isAsked = office !== undefined || event.tlp === 'RED' || isDoubtfulOfVictims(kind, event);
  const second = sponsor ?? (isAsked ? agency.id : undefined);
  const [signer, reviewer] = event.danger === undefined ? [second, undefined] : [undefined, second];
  return { ok: true, readers, office, sponsor, signer, reviewer };
}

/** An answer is marked by the event that it answers, and nobody signs it beside. */
function mayAnswer(agency: ActiveAgency, kind: Kind, event: ValidEvent): Permission {
  const violations = [...sourceRules(agency, event), ...statusRules(agency, kind, event, undefined)];
  if (violations.length > 0) return { ok: false, violations };
  return {
    ok: true,
    readers: undefined,
    office: undefined,
    sponsor: undefined,
    signer: undefined,
    reviewer: undefined,
  };
}

/** What needs a second signature came among others. */
export const sentAmongOthers: Violation = violation('signature/alone', '');

/** The review of what went out with one signature is not its author's to end. */
export const reviewStands: Violation = violation('signature/review', '');

/** It is another's turn to sign. */
export const signerMissing: Violation = violation('signature/releaser', '');

/** Of a person who has no role in which to publish. */
export const notPublisher: Violation = violation('publish/role', '');

function sourceRules(agency: ActiveAgency, { source }: ValidEvent): Violation[] {
  return source === undefined || source === agency.id
    ? []
    : [violation('publish/source', '/source', [agency.id])];
}

function statusRules(
  agency: ActiveAgency,
  kind: Kind,
  event: ValidEvent,
  sponsor: AgencyId | undefined,
): Violation[] {
  const publisher = kind.publishers[agency.status];
  if (publisher === undefined) return [violation('publish/status', '/type', Object.keys(kind.publishers))];
  return [
    ...(publisher.tlp.includes(event.tlp) ? [] : [violation('publish/tlp', '/tlp', publisher.tlp)]),
    ...(publisher.sponsored === true && sponsor === undefined ? [violation('publish/sponsor', '/type')] : []),
    ...(publisher.condition?.(agency, event.data) ?? []),
  ];
}

function officeRules(
  { of, tlp }: NonNullable<Kind['offices']>,
  event: ValidEvent,
  office: Office | undefined,
): Violation[] {
  if (office === undefined) return [violation('publish/office', '/type', of)];
  return tlp.includes(event.tlp) ? [] : [violation('publish/tlp', '/tlp', tlp)];
}

function officeFor(agency: ActiveAgency, kind: Kind, directory: Directory): Office | undefined {
  return kind.offices?.of.find((office) => directory.offices.get(office) === agency.id);
}

function sponsorFor(agency: ActiveAgency, kind: Kind, directory: Directory): AgencyId | undefined {
  return kind.publishers[agency.status]?.sponsored === true ? directory.sponsors.get(agency.id) : undefined;
}

function isDoubtfulOfVictims(kind: Kind, { doubts, data }: ValidEvent): boolean {
  return doubts !== undefined && kind.ofVictims?.(data) === true;
}

function markingRules({ inDanger }: Kind, { tlp, usecode, danger }: ValidEvent): Violation[] {
  // rules.md: what binds the use of what everybody may have binds nobody.
  const bindsNobody = tlp === 'CLEAR' && usecode !== undefined && usecode !== 'H0';
  const mustWait = danger !== undefined && !(inDanger === true && tlp === 'RED');
  return [
    ...(bindsNobody ? [violation('handling/usecode', '/usecode')] : []),
    ...(mustWait ? [violation('handling/danger', '/danger')] : []),
  ];
}
