import type { KindName } from '../kind.ts';
import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import type { Finding } from './finding.ts';
import { personalDataIn } from './findings.ts';
import { findInText } from './text-findings.ts';

/** rules.md, What may not be said: of the free texts of an event, what is refused and what its author is asked about. */
export function contentRules(kind: KindName, data: unknown): Violation[] {
  return personalDataIn(kind, data).map(ruled);
}

/** The same of an attribute that is a free text. */
export function subjectRules(subject: string): Violation[] {
  return findInText(subject).map((found) => ruled({ pointer: '/subject', ...found }));
}

const maxReasonLength = 300;

/** The reason with which an author confirms what is doubtful: it is kept on record, so whatever may say who somebody is is refused in it. */
export function reasonRules(reason: string): Violation[] {
  if (reason.trim() === '') return [violation('required', '/confirmed')];
  if (reason.length > maxReasonLength) return [violation('length', '/confirmed')];
  return findInText(reason).map((found) => ruled({ ...found, pointer: '/confirmed', certainty: 'CERTAIN' }));
}

export function isDoubt({ rule }: Violation): boolean {
  return rule === 'content/doubtful';
}

function ruled({ pointer, certainty, finding, start, length }: Finding): Violation {
  const rule = certainty === 'CERTAIN' ? 'content/personal-data' : 'content/doubtful';
  return { ...violation(rule, pointer), finding, start, length };
}
