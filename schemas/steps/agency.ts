import type { AgencyId } from '../agencies.ts';
import { type Participant, participantOf } from '../participants.ts';

const agencyPattern = /^([a-z][a-z0-9]*)-[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * The participant of an agency, read from its id: the participant's code in small letters, a hyphen, a short name (design.md), and an
 * agency never moves to another. Whether there is such an agency today is not asked here. Undefined where the id names no participant.
 */
export function participantNamedBy(agency: AgencyId): Participant | undefined {
  const code = agencyPattern.exec(agency)?.[1];
  return code === undefined ? undefined : participantOf(code.toUpperCase());
}
