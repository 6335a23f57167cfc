import type { AsSent } from '../../as-sent.ts';
import { isCountry, type Tlp } from '../../code-lists.ts';
import type { Facets } from '../../facets.ts';
import type { Decision, DecisionStep } from '../../generated.ts';
import type { KindRules, RuleContext } from '../../kind.ts';
import type { ParticipantCode } from '../../participants.ts';
import { violation } from '../../rule-codes.ts';
import { countryRules } from '../../rules/country.ts';
import { informationRules } from '../../rules/information.ts';
import { distinct } from '../../rules/lists.ts';
import { participantListRules } from '../../rules/participants.ts';
import { periodRules, spanOf } from '../../rules/period.ts';
import { firstReference, referenceRules } from '../../rules/references.ts';
import { requiredRules } from '../../rules/required.ts';
import { dayMs, parseDay } from '../../time.ts';
import type { Violation } from '../../violation.ts';

type SentDecision = AsSent<Decision>;

const maxTitleLength = 300;
/** Some twenty pages: a plan of action. */
const maxTextLength = 50_000;
const maxLocalityLength = 200;
/** A higher number is a slip of the pen. */
const maxNumber = 1_000;
const farthestDueMs = 10 * 366 * dayMs;

const checkInformation = informationRules({ title: maxTitleLength, text: maxTextLength });

function rules(data: Record<string, unknown>, context: RuleContext): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const decision = data as SentDecision;
  return [
    ...requiredRules(decision, ['status', 'document', 'step', 'number']),
    ...numberRules(decision.number, '/data/number'),
    ...checkInformation(decision.information),
    ...meetingRules(decision.meeting, context.now),
    ...participantListRules(decision.responsible, '/data/responsible'),
    ...dueRules(decision, context.now),
    ...stepRules(decision, context),
  ];
}

function numberRules(number: number | null | undefined, pointer: string): Violation[] {
  const isWrong = typeof number === 'number' && (number < 1 || number > maxNumber);
  return isWrong ? [violation('range', pointer)] : [];
}

function meetingRules(meeting: SentDecision['meeting'], now: number): Violation[] {
  const pointer = '/data/meeting';
  if (meeting === null || meeting === undefined) return [violation('required', pointer)];
  const found = countryRules(meeting.country, `${pointer}/country`);
  if (typeof meeting.number !== 'number') found.push(violation('required', `${pointer}/number`));
  if ((meeting.locality?.length ?? 0) > maxLocalityLength)
    found.push(violation('length', `${pointer}/locality`));
  return [
    ...found,
    ...numberRules(meeting.number, `${pointer}/number`),
    ...periodRules(meeting.dates, `${pointer}/dates`, now),
  ];
}

function dueRules({ due, meeting }: SentDecision, now: number): Violation[] {
  const day = typeof due === 'string' ? parseDay(due) : undefined;
  if (day === undefined) return [];
  const { from } = spanOf(meeting?.dates);
  const isWrong = day > now + farthestDueMs || (from !== null && day < from);
  return isWrong ? [violation('decision/due', '/data/due')] : [];
}

/** rules.md, canPublish: AMBER, and CLEAR once adopted. */
const markings: Readonly<Partial<Record<DecisionStep, Tlp>>> = {
  RECOMMENDED: 'AMBER',
  ADOPTED: 'CLEAR',
  FOLLOW_UP: 'CLEAR',
};

/** Recommended, adopted, followed up: what each step is marked with, what it says, and what it refers to. */
function stepRules(decision: SentDecision, { tlp, audience, now }: RuleContext): Violation[] {
  const { step, meeting, followUp } = decision;
  if (step === undefined) return [];
  const found: Violation[] = [];
  const marking = markings[step];
  if (marking !== undefined && tlp !== undefined && tlp !== marking)
    found.push(violation('decision/tlp', '/tlp', [marking]));
  if (step === 'RECOMMENDED' && audience !== undefined && !isForMembers(audience))
    found.push(violation('decision/audience', '/audience', ['MEMBERS', ...bodies]));
  const { from } = spanOf(meeting?.dates);
  if (step !== 'RECOMMENDED' && from !== null && from > now)
    found.push(violation('decision/adopted', '/data/step'));
  const saysWhatBecame = followUp !== null && followUp !== undefined;
  if (saysWhatBecame !== (step === 'FOLLOW_UP'))
    found.push(violation('decision/follow-up', '/data/followUp'));
  return [...found, ...precedingRules(decision)];
}

const bodies: readonly ParticipantCode[] = ['PPT', 'TS', 'RCGM'];

/** rules.md, canPublish: to MEMBERS. The bodies of the Conference, which are no members, prepare and keep what is decided. */
function isForMembers(audience: string): boolean {
  const names = audience.split(',').map((name) => name.trim());
  return names.includes('MEMBERS') && names.every((name) => name === 'MEMBERS' || bodies.includes(name));
}

/** The register is a chain: each step but the first refers to one entry, the one before it. */
function precedingRules({ step, references = [] }: SentDecision): Violation[] {
  const most = step === 'RECOMMENDED' ? 0 : 1;
  if (references.length > most) return [violation('decision/references', '/data/references')];
  return referenceRules(references, 'decision/references', most === 1);
}

function facets(data: Record<string, unknown>): Facets {
  // Of the Avro type: it was checked, or decoded.
  const decision = data as SentDecision;
  const { from, to } = spanOf(decision.meeting?.dates);
  return {
    countries: distinct([decision.meeting?.country, ...(decision.responsible ?? [])]).filter(isCountry),
    category: decision.document ?? null,
    legs: [],
    exploitation: [],
    groups: [],
    severity: null,
    languages: distinct(decision.information?.map((item) => item?.language)),
    from,
    to: to ?? (from === null ? null : from + dayMs - 1),
  };
}

export const decision: KindRules = {
  title: { es: 'Decisión', en: 'Decision' },
  publishers: {},
  // The consultation group recommends through the Secretariat.
  offices: { of: ['PRESIDENCY', 'SECRETARIAT'], tlp: ['CLEAR', 'AMBER'] },
  tlp: 'AMBER',
  category: 'document',
  rules,
  facets,
  refersTo: firstReference,
};
