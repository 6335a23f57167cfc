import type { AsSent } from '../../as-sent.ts';
import type { RepatriatedGroup, Repatriation } from '../../generated.ts';
import { violation } from '../../rule-codes.ts';
import { isText } from '../../rules/text.ts';
import type { StepEvent } from '../../steps/machine.ts';
import type { Violation } from '../../violation.ts';

type Sent = AsSent<Repatriation>;
type Group = AsSent<RepatriatedGroup>;

/** A return is confirmed, and under way. */
const guarded: ReadonlySet<string> = new Set(['CONFIRMED', 'IN_TRANSIT']);

/**
 * Nobody is returned while a protection need is open, no adult victim without consent, no child without a determination of its best
 * interests, an accepting guardian or agency, and a named receiving office; when age is in doubt, the person is treated as a child
 * (mission.md, rows 5 and 7).
 */
export function safeguardRules(notice: Sent): Violation[] {
  if (!guarded.has(notice.state ?? '')) return [];
  return [...protectionRules(notice), ...groupRules(notice), ...receptionRules(notice)];
}

/** What was not looked for is not known to be absent. */
function protectionRules({ protection }: Sent): Violation[] {
  return protection === 'OPEN' || protection === 'NOT_ASSESSED'
    ? [violation('repatriation/protection', '/data/protection')]
    : [];
}

function groupRules({ people }: Sent): Violation[] {
  return (people ?? []).flatMap((group, i) => {
    if (group === undefined) return [];
    if (isTreatedAsChild(group))
      return (group.determinations ?? 0) < (group.count ?? 0)
        ? [violation('repatriation/best-interests', `/data/people/${i}/determinations`)]
        : [];
    return (group.consents ?? 0) < (group.presumedVictims ?? 0)
      ? [violation('repatriation/consent', `/data/people/${i}/consents`)]
      : [];
  });
}

/** Whoever is not known to be an adult. */
function isTreatedAsChild({ age }: Group): boolean {
  return age !== 'ADULT';
}

function receptionRules({ people, reception }: Sent): Violation[] {
  const children = (people ?? []).reduce(
    (sum, group) => sum + (group !== undefined && isTreatedAsChild(group) ? (group.count ?? 0) : 0),
    0,
  );
  if (children === 0) return [];
  const found: Violation[] = [];
  if (!isText(reception?.office)) found.push(violation('repatriation/office', '/data/reception/office'));
  if ((reception?.withGuardian ?? 0) + (reception?.withAgency ?? 0) !== children)
    found.push(violation('repatriation/guardian', '/data/reception'));
  return found;
}

/**
 * The safeguards again, with what came before: a need that was once open, or for which the return was stopped, is resolved; it does not go
 * away by being left out.
 */
export function safeguardGate(before: readonly StepEvent[], next: StepEvent): Violation[] {
  // Of the Avro type: it was checked, or decoded.
  const notice = next.data as Sent;
  const found = safeguardRules(notice);
  if (!guarded.has(notice.state ?? '') || notice.protection !== 'NONE') return found;
  const wasOpen = before.some(({ data }) => {
    const { protection, reason } = data as Sent;
    return protection === 'OPEN' || reason === 'PROTECTION_NEED';
  });
  return wasOpen ? [...found, violation('repatriation/protection', '/data/protection')] : found;
}
