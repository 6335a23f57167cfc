import type { AsSent } from '../../as-sent.ts';
import type { People } from '../../generated.ts';
import { violation } from '../../rule-codes.ts';
import type { Violation } from '../../violation.ts';

const counts = ['count', 'atLeast', 'atMost', 'deadAndMissing', 'dead', 'missing'] as const;

/** No negative people; an exact number or a band; dead and missing together or apart. */
export function peopleRules(people: AsSent<People> | null | undefined): Violation[] {
  if (people === null || people === undefined) return [];
  const found: Violation[] = [];
  for (const name of counts) {
    if (isNegative(people[name])) found.push(violation('range', `/data/people/${name}`));
  }
  people.bands?.forEach((band, i) => {
    if (band === undefined) return;
    if (typeof band.count !== 'number') found.push(violation('required', `/data/people/bands/${i}/count`));
    if (isNegative(band.count)) found.push(violation('range', `/data/people/bands/${i}/count`));
  });
  const { count, atLeast, atMost, deadAndMissing, dead, missing } = people;
  const hasBand = typeof atLeast === 'number' || typeof atMost === 'number';
  if (typeof count === 'number' && hasBand) found.push(violation('alert/people', '/data/people/count'));
  if (typeof atMost === 'number' && atMost < (atLeast ?? 0))
    found.push(violation('alert/people', '/data/people/atMost'));
  if (typeof deadAndMissing === 'number' && (typeof dead === 'number' || typeof missing === 'number')) {
    found.push(violation('alert/dead-and-missing', '/data/people/deadAndMissing'));
  }
  return found;
}

function isNegative(count: number | null | undefined): boolean {
  return typeof count === 'number' && count < 0;
}
