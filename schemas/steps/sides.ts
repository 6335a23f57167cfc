import type { AgencyId } from '../agencies.ts';
import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import type { StepEvent } from './machine.ts';

export type Sides = Readonly<Record<string, readonly AgencyId[]>>;

/** The side that an agency is on; undefined for a stranger. */
export function sideOf(sides: Sides, agency: AgencyId): string | undefined {
  return Object.keys(sides).find((side) => sides[side]?.includes(agency));
}

/**
 * Visible to those alone whom the record names, and to all of them that still take part: a return can be stopped though an agency is gone.
 * The sender reads his own without being named.
 */
export function readerRules(sides: Sides, next: StepEvent): Violation[] {
  const gone = new Set(next.ended);
  const named = new Set(Object.values(sides).flat()).difference(gone);
  const readers = new Set([...(next.readers?.split(',') ?? []), next.agency]);
  return named.symmetricDifference(readers).size === 0
    ? []
    : [violation('step/readers', '/audience', [...named])];
}
