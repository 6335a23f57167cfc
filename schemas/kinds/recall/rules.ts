import type { Agency } from '../../agencies.ts';
import type { AsSent } from '../../as-sent.ts';
import { tlpMarkings } from '../../code-lists.ts';
import type { Directory } from '../../directory.ts';
import { noFacets } from '../../facets.ts';
import type { Recall } from '../../generated.ts';
import { ownsEvent } from '../../handling.ts';
import type { Answered, KindRules, Publishing } from '../../kind.ts';
import { violation } from '../../rule-codes.ts';
import { answeredEvent, answerRules } from '../../rules/answer.ts';
import { requiredRules } from '../../rules/required.ts';
import { nameOf } from '../../thread-state.ts';
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
  to: Answered,
  data: Record<string, unknown>,
  directory: Directory,
): Violation[] {
  if (ownsEvent(id, to, directory))
    return isStepOfAnother(to) ? [violation('answer/recall-step', '/data/of')] : [];
  const isSecretariat = directory.offices.get('SECRETARIAT') === id;
  if (!isSecretariat) return [violation('answer/recall-owner', '/source')];
  return (data as Sent).reason === 'PERSONAL_DATA'
    ? []
    : [violation('answer/recall-reason', '/data/reason', ['PERSONAL_DATA'])];
}

/** All of a thread is taken back with one of its events: a case that another began is his. */
function isStepOfAnother(to: Answered): boolean {
  const { thread, agency, office } = to;
  return thread !== undefined && !isAnswer(to) && office === undefined && !thread.startsWith(`${agency}/`);
}

function isAnswer({ kind }: Answered): boolean {
  return kind === 'acknowledgement';
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
    handling: (to) => {
      const { agency, tlp, readers, sponsor, office, thread } = to;
      return {
        tlp,
        recalls: isAnswer(to) ? nameOf(to) : (thread ?? nameOf(to)),
        ...(readers && { readers: `${readers},${agency}` }),
        ...(sponsor && { sponsor }),
        ...(office && { office }),
      };
    },
  },
};
