import type { AsSent } from '../../as-sent.ts';
import { isCountry, upTo } from '../../code-lists.ts';
import type { Facets } from '../../facets.ts';
import type { Practice } from '../../generated.ts';
import type { KindRules, RuleContext } from '../../kind.ts';
import { violation } from '../../rule-codes.ts';
import { contactRules } from '../../rules/contact.ts';
import { informationRules } from '../../rules/information.ts';
import { linkRules } from '../../rules/links.ts';
import { distinct, onceRules } from '../../rules/lists.ts';
import { participantListRules } from '../../rules/participants.ts';
import { periodRules, spanOf } from '../../rules/period.ts';
import { requiredRules } from '../../rules/required.ts';
import { sourceRules } from '../../rules/source.ts';
import type { Violation } from '../../violation.ts';

type SentPractice = AsSent<Practice>;

const maxTitleLength = 300;
const maxSummaryLength = 4_000;
const maxTags = 30;
const tagPattern = /^[\p{Ll}\p{Nd}]+(?:-[\p{Ll}\p{Nd}]+)*$/u;
const maxTagLength = 40;

const checkInformation = informationRules({ title: maxTitleLength, summary: maxSummaryLength });

function rules(data: Record<string, unknown>, context: RuleContext): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const practice = data as SentPractice;
  return [
    ...requiredRules(practice, ['theme']),
    ...checkInformation(practice.information),
    ...appliedInRules(practice.appliedIn),
    ...(practice.period ? periodRules(practice.period, '/data/period', context.now) : []),
    ...onceRules(practice.groups, '/data/groups'),
    ...linkRules(practice.links),
    ...contactRules(practice.contact, 'practice/email'),
    ...tagRules(practice.tags),
    ...sourceRules(practice.source, '/data/source'),
  ];
}

function appliedInRules(codes: SentPractice['appliedIn']): Violation[] {
  if (codes === undefined || codes.length === 0) return [violation('required', '/data/appliedIn')];
  return participantListRules(codes, '/data/appliedIn');
}

function tagRules(tags: SentPractice['tags']): Violation[] {
  if (tags === undefined) return [];
  if (tags.length > maxTags) return [violation('length', '/data/tags')];
  const wrong = tags.flatMap((tag, i) =>
    tag === undefined || (tag.length <= maxTagLength && tagPattern.test(tag))
      ? []
      : [violation('practice/tag', `/data/tags/${i}`)],
  );
  return [...wrong, ...onceRules(tags, '/data/tags')];
}

function facets(data: Record<string, unknown>): Facets {
  // Of the Avro type: it was checked, or decoded.
  const practice = data as SentPractice;
  return {
    countries: distinct(practice.appliedIn).filter(isCountry),
    category: practice.theme ?? null,
    legs: [],
    exploitation: [],
    groups: distinct(practice.groups),
    severity: null,
    languages: distinct(practice.information?.map((item) => item?.language)),
    ...spanOf(practice.period),
  };
}

export const practice: KindRules = {
  title: { es: 'Buena práctica', en: 'Practice report' },
  publishers: {
    MEMBER: { tlp: upTo('AMBER') },
    OBSERVER: { tlp: upTo('AMBER') },
    ORGANIZATION: { tlp: upTo('AMBER') },
    CIVIL_SOCIETY: { tlp: upTo('AMBER') },
    BODY: { tlp: upTo('AMBER') },
  },
  tlp: 'GREEN',
  category: 'theme',
  rules,
  facets,
};
