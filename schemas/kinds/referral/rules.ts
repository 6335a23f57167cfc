import { type Agency, participantOfAgency } from '../../agencies.ts';
import type { AsSent } from '../../as-sent.ts';
import { noFacets } from '../../facets.ts';
import type { Referral } from '../../generated.ts';
import type { KindRules, Publishing } from '../../kind.ts';
import { type RuleCode, violation } from '../../rule-codes.ts';
import { distinct, uniqueRules } from '../../rules/lists.ts';
import { requiredRules } from '../../rules/required.ts';
import { caseRules } from '../../steps/case-rules.ts';
import { followed } from '../../steps/followed.ts';
import type { Violation } from '../../violation.ts';
import { referralMachine } from './machine.ts';

type Sent = AsSent<Referral>;

/** What one step says by itself; what it may follow is asked of the thread (`machine.ts`). */
function rules(data: Record<string, unknown>): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const referral = data as Sent;
  return [
    ...requiredRules(referral, ['status', 'state']),
    ...caseRules(referral, { state: 'REFERRED', again: false }),
    ...addressRules(referral),
    ...needRules(referral),
    ...onlyIn(referral.state, 'DECLINED', referral.reason, 'referral/reason', '/data/reason'),
    ...onlyIn(referral.state, 'CLOSED', referral.outcome, 'referral/outcome', '/data/outcome'),
  ];
}

/** From one agency to another, of whatever status but GUEST: nobody else could answer (rules.md, canPublish). */
function addressRules({ from, to }: Sent): Violation[] {
  const found: Violation[] = [];
  for (const [name, agency] of Object.entries({ from, to })) {
    if (agency === undefined || agency === '') found.push(violation('required', `/data/${name}`));
    else if (participantOfAgency(agency) === undefined) found.push(violation('step/agency', `/data/${name}`));
  }
  if (found.length > 0 || to === undefined) return found;
  return to === from || participantOfAgency(to)?.status === 'GUEST'
    ? [violation('referral/addressee', '/data/to')]
    : [];
}

function needRules({ needs }: Sent): Violation[] {
  if (needs === undefined || needs.length === 0) return [violation('required', '/data/needs')];
  return uniqueRules<string | undefined>(
    needs,
    (need) => need,
    (i) => `/data/needs/${i}`,
  );
}

/** What is said in one state, and in no other. */
function onlyIn(
  state: string | undefined,
  one: string,
  said: string | null | undefined,
  rule: RuleCode,
  pointer: string,
): Violation[] {
  if (state === undefined) return [];
  return (state === one) === (typeof said === 'string') ? [] : [violation(rule, pointer)];
}

/** Organizations that refer (rules.md, canPublish); the others answer. */
const referring: readonly string[] = ['UNHCR', 'IOM'];

function named({ id }: Agency, data: Record<string, unknown>): Violation[] {
  const { from, to } = data as Sent;
  return distinct([from, to]).includes(id) ? [] : [violation('step/party', '/source')];
}

function answers(agency: Agency, data: Record<string, unknown>): Violation[] {
  const begins = (data as Sent).state === 'REFERRED';
  return begins ? [violation('referral/begins', '/data/state')] : named(agency, data);
}

function ofOrganization(agency: Agency, data: Record<string, unknown>): Violation[] {
  return referring.includes(agency.participant) ? named(agency, data) : answers(agency, data);
}

const narrow: Pick<Publishing, 'tlp'> = { tlp: ['AMBER_STRICT', 'RED'] };

export const referral: KindRules = {
  title: { es: 'Remisión', en: 'Referral' },
  publishers: {
    MEMBER: { ...narrow, condition: named },
    OBSERVER: { ...narrow, condition: answers },
    ORGANIZATION: { ...narrow, condition: ofOrganization },
    CIVIL_SOCIETY: { ...narrow, condition: answers },
    BODY: { ...narrow, condition: answers },
  },
  tlp: 'AMBER_STRICT',
  category: null,
  rules,
  // A referral has neither place nor date that could be filtered by.
  facets: () => noFacets,
  refersTo: followed,
  // Of single cases, in which a victim may be.
  ofVictims: () => true,
  machine: referralMachine,
};
