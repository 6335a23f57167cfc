import { instantsOf } from './filter.ts';
import { violation } from './rule-codes.ts';
import { pointerOf, type Violation } from './violation.ts';

const dueParameters = ['from'] as const;

export type ParsedDueQuery =
  | {
      readonly ok: true;
      /** Not what was to be acknowledged before, epoch milliseconds. */
      readonly from?: number;
    }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** Reads from when on acknowledgements are asked for: a day or an instant, the earliest of several; nothing is ignored. */
export function parseDueQuery(params: URLSearchParams): ParsedDueQuery {
  const violations = [...new Set(params.keys())]
    .filter((name) => !dueParameters.some((known) => known === name))
    .map((name) => violation('parameter', pointerOf([name]), dueParameters));
  const from = instantsOf('from', params.getAll('from'), 0, violations);
  if (violations.length > 0) return { ok: false, violations };
  return { ok: true, ...(from.length > 0 && { from: Math.min(...from) }) };
}
