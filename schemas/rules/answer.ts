import { addressPattern } from '../address.ts';
import type { Reference } from '../kind.ts';
import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';

/** `/data/of`: the event that an answer is about. */
export function answerRules({ of }: { readonly of?: string | undefined }): Violation[] {
  if (of === undefined || of === '') return [violation('required', '/data/of')];
  return addressPattern.test(of) ? [] : [violation('answer/address', '/data/of')];
}

export function answeredEvent({ of }: Record<string, unknown>): Reference | undefined {
  return typeof of === 'string' ? { pointer: '/data/of', address: of } : undefined;
}
