import { participantOfAgency } from '../../agencies.ts';
import type { AsSent } from '../../as-sent.ts';
import type { Party, Repatriation } from '../../generated.ts';
import { participants } from '../../participants.ts';
import { violation } from '../../rule-codes.ts';
import { uniqueRules } from '../../rules/lists.ts';
import type { Violation } from '../../violation.ts';

const members = participants.filter(({ status }) => status === 'MEMBER').map(({ code }) => code);
const maxAgencies = 20;

/** Two members, each with its own agencies, and at most one organization. */
export function partyRules(notice: AsSent<Repatriation>): Violation[] {
  const { sending, receiving, organization } = notice;
  const found = [...rulesOf(sending, '/data/sending'), ...rulesOf(receiving, '/data/receiving')];
  const isOne = sending?.participant !== undefined && sending.participant === receiving?.participant;
  if (isOne) found.push(violation('repatriation/parties', '/data/receiving/participant'));
  if (typeof organization === 'string' && !isOrganization(organization))
    found.push(violation('repatriation/organization', '/data/organization'));
  return found;
}

function rulesOf(party: AsSent<Party> | null | undefined, pointer: string): Violation[] {
  if (party === null || party === undefined) return [violation('required', pointer)];
  const { participant, agencies = [] } = party;
  if (participant === undefined || participant === '')
    return [violation('required', `${pointer}/participant`)];
  if (!members.includes(participant))
    return [violation('repatriation/parties', `${pointer}/participant`, members)];
  if (agencies.length === 0) return [violation('required', `${pointer}/agencies`)];
  if (agencies.length > maxAgencies) return [violation('length', `${pointer}/agencies`)];
  const strangers = agencies.flatMap((agency, i) =>
    agency === undefined || participantOfAgency(agency)?.code === participant
      ? []
      : [violation('step/agency', `${pointer}/agencies/${i}`)],
  );
  return [
    ...strangers,
    ...uniqueRules(
      agencies,
      (agency) => agency,
      (i) => `${pointer}/agencies/${i}`,
    ),
  ];
}

/** An agency of an organization, or of the network of civil organizations. */
function isOrganization(agency: string): boolean {
  const status = participantOfAgency(agency)?.status;
  return status === 'ORGANIZATION' || status === 'CIVIL_SOCIETY';
}
