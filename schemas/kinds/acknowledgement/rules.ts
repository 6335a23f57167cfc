import type { Agency } from '../../agencies.ts';
import type { AsSent } from '../../as-sent.ts';
import { noFacets } from '../../facets.ts';
import type { Acknowledgement } from '../../generated.ts';
import type { Answered, KindRules, Publishing } from '../../kind.ts';
import { violation } from '../../rule-codes.ts';
import { answeredEvent, answerRules } from '../../rules/answer.ts';
import { requiredRules } from '../../rules/required.ts';
import { textRules } from '../../rules/text.ts';
import type { Violation } from '../../violation.ts';

type Sent = AsSent<Acknowledgement>;

const maxTextLength = 4_000;

function rules(data: Record<string, unknown>): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const acknowledgement = data as Sent;
  return [
    ...answerRules(acknowledgement),
    ...requiredRules(acknowledgement, ['answer']),
    ...observationRules(acknowledgement),
  ];
}

function observationRules({ observation }: Sent): Violation[] {
  if (observation === null || observation === undefined) return [];
  const found = textRules(observation.text, '/data/observation/text', maxTextLength);
  return observation.language === undefined
    ? [...found, violation('required', '/data/observation/language')]
    : found;
}

/** To answer oneself tells nobody anything. */
function notItsOwn({ id }: Agency, { agency }: Answered): Violation[] {
  return id === agency ? [violation('answer/own', '/data/of')] : [];
}

const narrow: Publishing = { tlp: ['AMBER_STRICT', 'RED'] };

export const acknowledgement: KindRules = {
  title: { es: 'Acuse', en: 'Acknowledgement' },
  publishers: {
    MEMBER: narrow,
    OBSERVER: narrow,
    ORGANIZATION: narrow,
    CIVIL_SOCIETY: narrow,
    BODY: narrow,
  },
  tlp: 'AMBER_STRICT',
  category: null,
  rules,
  facets: () => noFacets,
  refersTo: answeredEvent,
  answer: {
    rules: notItsOwn,
    // rules.md, canPublish: as its event, at least AMBER_STRICT, for the owner of the event.
    handling: ({ agency, tlp, sponsor, office }) => ({
      tlp: tlp === 'RED' ? 'RED' : 'AMBER_STRICT',
      readers: sponsor === undefined ? agency : `${agency},${sponsor}`,
      ...(office && { office }),
    }),
  },
};
