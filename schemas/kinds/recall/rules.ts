import type { Agency } from '../../agencies.ts';
import type { AsSent } from '../../as-sent.ts';
import { tlpMarkings } from '../../code-lists.ts';
import type { Directory } from '../../directory.ts';
import { noFacets } from '../../facets.ts';
import type { Recall } from '../../generated.ts';
import { type HandledEvent, ownsEvent } from '../../handling.ts';
import type { KindRules, Publishing } from '../../kind.ts';
import { violation } from '../../rule-codes.ts';
import { answeredEvent, answerRules } from '../../rules/answer.ts';
import { requiredRules } from '../../rules/required.ts';
import type { Violation } from '../../violation.ts';

type Sent = AsSent<Recall>;

function rules(data: Record<string, unknown>): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const recall = data as Sent;
  return [...answerRules(recall), ...requiredRules(recall, ['reason'])];
}

/** rules.md, canPublish: the owner, its sponsor; the Secretariat for personal data only. */
function mayRecall(
  { id }: Agency,
  to: HandledEvent,
  data: Record<string, unknown>,
  directory: Directory,
): Violation[] {
  if (ownsEvent(id, to, directory)) return [];
  const isSecretariat = directory.offices.get('SECRETARIAT') === id;
  if (!isSecretariat) return [violation('answer/recall-owner', '/source')];
  return (data as Sent).reason === 'PERSONAL_DATA'
    ? []
    : [violation('answer/recall-reason', '/data/reason', ['PERSONAL_DATA'])];
}

const any: Publishing = { tlp: tlpMarkings };

export const recall: KindRules = {
  title: { es: 'Retiro', en: 'Recall' },
  publishers: {
    MEMBER: any,
    OBSERVER: any,
    ORGANIZATION: any,
    GUEST: any,
    CIVIL_SOCIETY: any,
    BODY: any,
  },
  tlp: 'AMBER_STRICT',
  category: null,
  rules,
  facets: () => noFacets,
  refersTo: answeredEvent,
  answer: {
    rules: mayRecall,
    // Whoever could read what is taken back is told that it was, and its owner too where another takes it back.
    handling: ({ agency, tlp, readers, sponsor, office }) => ({
      tlp,
      readers: readers === undefined ? agency : `${readers},${agency}`,
      ...(sponsor && { sponsor }),
      ...(office && { office }),
    }),
  },
};
