import type { Agency } from '../../agencies.ts';
import type { AsSent } from '../../as-sent.ts';
import { tlpMarkings, upTo } from '../../code-lists.ts';
import type { Facets } from '../../facets.ts';
import type { Alert } from '../../generated.ts';
import type { KindRules, Reference, RuleContext } from '../../kind.ts';
import { violation } from '../../rule-codes.ts';
import { informationRules } from '../../rules/information.ts';
import { distinct, onceRules } from '../../rules/lists.ts';
import { periodRules, spanOf } from '../../rules/period.ts';
import { firstReference, referenceRules } from '../../rules/references.ts';
import { requiredRules } from '../../rules/required.ts';
import { sourceRules } from '../../rules/source.ts';
import { dayMs, parseInstant } from '../../time.ts';
import type { Violation } from '../../violation.ts';
import { disclosureRules } from './disclosure.ts';
import { peopleRules } from './people.ts';
import { placeRules } from './places.ts';

type SentAlert = AsSent<Alert>;

/** CAP 1.2 recommends 160; room for Spanish and French. */
const maxHeadlineLength = 300;
const maxTextLength = 20_000;

const checkInformation = informationRules(
  { headline: maxHeadlineLength },
  { description: maxTextLength, instruction: maxTextLength },
);

function rules(data: Record<string, unknown>, context: RuleContext): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const alert = data as SentAlert;
  return [
    ...requiredRules(alert, ['category', 'status', 'source']),
    ...periodRules(alert.occurred, '/data/occurred', context.now),
    ...placeRules(alert.places),
    ...checkInformation(alert.information),
    ...lists.flatMap((name) => onceRules(alert[name], `/data/${name}`)),
    ...peopleRules(alert.people),
    ...referenceRules(alert.references, 'alert/references', isAnswer(alert)),
    ...expiryRules(alert),
    ...sourceRules(alert.source, '/data/source'),
    ...disclosureRules(alert, context.tlp),
  ];
}

const lists = ['exploitation', 'control', 'recruitment', 'transport', 'groups'] as const;

function isAnswer({ messageType }: SentAlert): boolean {
  return messageType !== undefined && messageType !== 'ALERT';
}

function expiryRules(alert: SentAlert): Violation[] {
  const expires = typeof alert.expires === 'string' ? parseInstant(alert.expires) : undefined;
  const { from } = spanOf(alert.occurred);
  return expires !== undefined && from !== null && expires < from
    ? [violation('alert/expires', '/data/expires')]
    : [];
}

function facets(data: Record<string, unknown>): Facets {
  // Of the Avro type: it was checked, or decoded.
  const alert = data as SentAlert;
  const { from, to } = spanOf(alert.occurred);
  return {
    countries: distinct(alert.places?.map((place) => place?.country)),
    category: alert.category ?? null,
    legs: distinct(alert.places?.map((place) => place?.leg)),
    exploitation: distinct(alert.exploitation),
    groups: distinct(alert.groups),
    severity: alert.severity ?? 'UNKNOWN',
    languages: distinct(alert.information?.map((item) => item?.language)),
    from,
    to: to ?? (from === null ? null : from + dayMs - 1),
  };
}

/** A new version goes on with the thread of the first event that it refers to. */
function refersTo(data: Record<string, unknown>): Reference | undefined {
  const { messageType } = data as SentAlert;
  return messageType === undefined || messageType === 'ALERT' ? undefined : firstReference(data);
}

/** HTCDS 2.0 describes a victim by forms of exploitation, of control and of recruitment. */
function ofVictims(data: Record<string, unknown>): boolean {
  const { category, exploitation, control, recruitment } = data as SentAlert;
  return category === 'TRAFFICKING' || [exploitation, control, recruitment].some((list) => list?.length);
}

/** An observer state alerts about its own territory (mission.md, Who takes part). */
function onOwnTerritory(agency: Agency, data: Record<string, unknown>): Violation[] {
  return facets(data).countries.includes(agency.participant)
    ? []
    : [violation('publish/own-territory', '/data/places')];
}

export const alert: KindRules = {
  title: { es: 'Alerta', en: 'Alert' },
  publishers: {
    MEMBER: { tlp: tlpMarkings },
    OBSERVER: { tlp: upTo('GREEN'), condition: onOwnTerritory },
    CIVIL_SOCIETY: { tlp: upTo('AMBER'), sponsored: true },
  },
  tlp: 'AMBER',
  category: 'category',
  rules,
  facets,
  refersTo,
  inDanger: true,
  ofVictims,
};
