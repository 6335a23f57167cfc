import type { KindName } from '../kind.ts';
import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import type { Finding } from './finding.ts';
import { personalDataIn } from './findings.ts';
import { findInText } from './text-findings.ts';

/** What certainly says who somebody is, in the free texts of an event: refused (rules.md, What may not be said). */
export function contentRules(kind: KindName, data: unknown): Violation[] {
  return personalDataIn(kind, data, 'CERTAIN').map(refusal);
}

/** The same of an attribute that is a free text. */
export function subjectRules(subject: string): Violation[] {
  return findInText(subject).flatMap((found) =>
    found.certainty === 'CERTAIN' ? [refusal({ pointer: '/subject', ...found })] : [],
  );
}

/** What may say it: its author is asked. */
export function doubtsIn(kind: KindName, data: unknown): Violation[] {
  return personalDataIn(kind, data, 'DOUBTFUL').map(({ pointer, finding, start, length }) => ({
    ...violation('content/doubtful', pointer),
    finding,
    start,
    length,
  }));
}

function refusal({ pointer, finding, start, length }: Finding): Violation {
  return { ...violation('content/personal-data', pointer), finding, start, length };
}
