import { type Agency, type AgencyId, agencyOf, statusOf } from './agencies.ts';
import type { Tlp } from './code-lists.ts';
import type { Kind } from './kind.ts';
import type { ParticipantCode, Status } from './participants.ts';
import { violation } from './rule-codes.ts';
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
    };

/** What of an event decides who may read it. */
export interface HandledEvent {
  readonly agency: AgencyId;
  readonly tlp: Tlp;
  readonly readers?: string;
}

export const anonymous: Reader = { signedIn: false };

/** The reader that an agency is; undefined where there is no such agency (row 2: answered 401, never treated as anonymous). */
export function readerOf(agencyId: AgencyId): Reader | undefined {
  const agency = agencyOf(agencyId);
  const status = agency && statusOf(agency);
  if (agency === undefined || status === undefined) return undefined;
  return { signedIn: true, agency: agency.id, participant: agency.participant, status };
}

/**
 * May this reader read this event? The first row of `rules.md` (canRead) that matches decides; row 2 is the sign-in check, and the rows of
 * AMBER and above say no until their rules exist.
 */
export function canRead(reader: Reader, event: HandledEvent): boolean {
  if (!reader.signedIn) return event.tlp === 'CLEAR'; // row 4
  if (event.tlp === 'RED') return false; // row 5: no person is cleared yet
  if (reader.agency === event.agency) return true; // row 6
  if (event.tlp === 'CLEAR') return true; // row 7
  return event.tlp === 'GREEN' && reader.status !== 'GUEST'; // rows 8 and 11
}

/** The markings that are carried today. */
const carried: readonly Tlp[] = ['CLEAR', 'GREEN'];

/**
 * May this agency publish this event, so marked? (`rules.md`, canPublish.) Codes `publish/...` are about who asks, `handling/...` about
 * the marking.
 */
export function canPublish(agency: Agency, kind: Kind, event: ValidEvent): Violation[] {
  const found: Violation[] = [];
  if (event.source !== undefined && event.source !== agency.id)
    found.push(violation('publish/source', '/source', [agency.id]));
  const status = statusOf(agency);
  if (status === undefined || !kind.statuses.includes(status))
    found.push(violation('publish/status', '/type', kind.statuses));
  else found.push(...(kind.conditions?.[status]?.(agency, event.data) ?? []));
  return [...found, ...handlingRules(event)];
}

function handlingRules(event: ValidEvent): Violation[] {
  const found: Violation[] = [];
  const isCarried = carried.includes(event.tlp);
  if (!isCarried) found.push(violation('handling/not-yet', '/tlp', carried));
  if (event.audience !== undefined && isCarried) found.push(violation('handling/audience', '/audience'));
  if (event.usecode !== undefined) found.push(violation('handling/not-yet', '/usecode'));
  return found;
}
