import type { AsSent } from '../../as-sent.ts';
import type { Statistic } from '../../generated.ts';
import { wasPublished } from '../../rules/source.ts';

/** rules.md, What may not be said: counts of victims from 1 to 10. */
export const largestSmallCount = 10;

export function isSmallCount(count: number): boolean {
  return count >= 1 && count <= largestSmallCount;
}

const indicatorsOfOthers: ReadonlySet<string> = new Set([
  'PERSONS_IN_FORMAL_CONTACT',
  'PERSONS_PROSECUTED',
  'PERSONS_CONVICTED',
  'OFFENCES',
]);

/** Whatever is not known to count others may count victims. */
export function countsVictims({ indicator }: AsSent<Statistic>): boolean {
  return !indicatorsOfOthers.has(indicator ?? 'OTHER');
}

/** What a named source published keeps its figures. */
export function guardsSmallCounts(statistic: AsSent<Statistic>): boolean {
  return countsVictims(statistic) && !wasPublished(statistic.source);
}
