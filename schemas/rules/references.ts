import { addressPattern } from '../address.ts';
import type { Reference } from '../kind.ts';
import { type RuleCode, violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import { onceRules } from './lists.ts';

const maxReferences = 100;

/** `/data/references`: addresses of events, each once; `code` is the kind's own, and says when there must be one. */
export function referenceRules(
  references: readonly (string | undefined)[] | undefined,
  code: RuleCode,
  isRequired: boolean,
): Violation[] {
  const pointer = '/data/references';
  const sent = references ?? [];
  if (sent.length === 0) return isRequired ? [violation(code, pointer)] : [];
  if (sent.length > maxReferences) return [violation('length', pointer)];
  const wrong = sent.flatMap((reference, i) =>
    reference === undefined || addressPattern.test(reference) ? [] : [violation(code, `${pointer}/${i}`)],
  );
  return [...wrong, ...onceRules(sent, pointer)];
}

/** The event whose thread is gone on with: the first that is referred to. */
export function firstReference({ references }: Record<string, unknown>): Reference | undefined {
  const [address] = Array.isArray(references) ? references : [];
  return typeof address === 'string' ? { pointer: '/data/references/0', address } : undefined;
}
