import type { AsSent } from '../../as-sent.ts';
import { isCountry, upTo } from '../../code-lists.ts';
import type { Facets } from '../../facets.ts';
import type { Practice } from '../../generated.ts';
import type { KindRules, RuleContext } from '../../kind.ts';
import { participantOf, participants } from '../../participants.ts';
import { violation } from '../../rule-codes.ts';
import { distinct, languageRules, uniqueRules } from '../../rules/lists.ts';
import { periodRules, spanOf } from '../../rules/period.ts';
import { requiredRules } from '../../rules/required.ts';
import { sourceRules } from '../../rules/source.ts';
import { textRules, urlRules } from '../../rules/text.ts';
import type { Violation } from '../../violation.ts';

type SentPractice = AsSent<Practice>;

const maxTitleLength = 300;
const maxSummaryLength = 4_000;
const maxOfficeLength = 300;
const maxTags = 30;
const tagPattern = /^[\p{Ll}\p{Nd}]+(?:-[\p{Ll}\p{Nd}]+)*$/u;
const maxTagLength = 40;
/** Only what tells an address from a slip: the address itself proves nothing. */
const emailPattern = /^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@]{2,60}$/;

function rules(data: Record<string, unknown>, context: RuleContext): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const practice = data as SentPractice;
  return [
    ...requiredRules(practice, ['theme']),
    ...informationRules(practice.information),
    ...appliedInRules(practice.appliedIn),
    ...(practice.period ? periodRules(practice.period, '/data/period', context.now) : []),
    ...uniqueRules<string | undefined>(
      practice.groups,
      (group) => group,
      (i) => `/data/groups/${i}`,
    ),
    ...linkRules(practice.links),
    ...contactRules(practice.contact),
    ...tagRules(practice.tags),
    ...sourceRules(practice.source, '/data/source'),
  ];
}

function informationRules(information: SentPractice['information']): Violation[] {
  if (information === undefined || information.length === 0)
    return [violation('required', '/data/information')];
  const found = languageRules(information, '/data/information');
  information.forEach((item, i) => {
    if (item === undefined) return;
    found.push(
      ...textRules(item.title, `/data/information/${i}/title`, maxTitleLength),
      ...textRules(item.summary, `/data/information/${i}/summary`, maxSummaryLength),
    );
  });
  return found;
}

const participantCodes = participants.map((participant) => participant.code);

function appliedInRules(codes: SentPractice['appliedIn']): Violation[] {
  if (codes === undefined || codes.length === 0) return [violation('required', '/data/appliedIn')];
  const unknown = codes.flatMap((code, i) =>
    code === undefined || participantOf(code)
      ? []
      : [violation('participant', `/data/appliedIn/${i}`, participantCodes)],
  );
  return [
    ...unknown,
    ...uniqueRules<string | undefined>(
      codes,
      (code) => code,
      (i) => `/data/appliedIn/${i}`,
    ),
  ];
}

function linkRules(links: SentPractice['links']): Violation[] {
  return (links ?? []).flatMap((link, i) => {
    if (link === undefined) return [];
    const pointer = `/data/links/${i}/url`;
    return typeof link.url === 'string' ? urlRules(link.url, pointer) : [violation('required', pointer)];
  });
}

function contactRules(contact: SentPractice['contact']): Violation[] {
  if (contact === null || contact === undefined) return [];
  const { email } = contact;
  return [
    ...textRules(contact.office, '/data/contact/office', maxOfficeLength),
    ...(typeof email === 'string' && !emailPattern.test(email)
      ? [violation('practice/email', '/data/contact/email')]
      : []),
    ...urlRules(contact.url, '/data/contact/url'),
  ];
}

function tagRules(tags: SentPractice['tags']): Violation[] {
  if (tags === undefined) return [];
  if (tags.length > maxTags) return [violation('length', '/data/tags')];
  const wrong = tags.flatMap((tag, i) =>
    tag === undefined || (tag.length <= maxTagLength && tagPattern.test(tag))
      ? []
      : [violation('practice/tag', `/data/tags/${i}`)],
  );
  return [
    ...wrong,
    ...uniqueRules<string | undefined>(
      tags,
      (tag) => tag,
      (i) => `/data/tags/${i}`,
    ),
  ];
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
  rules,
  facets,
};
