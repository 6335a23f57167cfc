import type { AsSent } from '../../as-sent.ts';
import type { RepatriatedGroup, Repatriation } from '../../generated.ts';
import { violation } from '../../rule-codes.ts';
import { uniqueRules } from '../../rules/lists.ts';
import type { Violation } from '../../violation.ts';

type Group = AsSent<RepatriatedGroup>;

const maxGroups = 50;
const partsOfGroup = ['presumedVictims', 'consents', 'determinations'] as const;

/** At least one group, each once and of at least one person, and nothing counted in it that is more than the group. */
export function peopleRules({ people, specialNeeds }: AsSent<Repatriation>): Violation[] {
  if (people === undefined || people.length === 0) return [violation('required', '/data/people')];
  if (people.length > maxGroups) return [violation('length', '/data/people')];
  return [
    ...people.flatMap((group, i) => (group === undefined ? [] : groupRules(group, `/data/people/${i}`))),
    ...uniqueRules(
      people,
      (group) => (group?.age === undefined ? undefined : `${group.age} ${group.sex ?? 'TOTAL'}`),
      (i) => `/data/people/${i}`,
    ),
    ...needRules(specialNeeds),
  ];
}

function groupRules(group: Group, pointer: string): Violation[] {
  const found: Violation[] = [];
  if (group.age === undefined) found.push(violation('required', `${pointer}/age`));
  if (typeof group.count !== 'number') return [...found, violation('required', `${pointer}/count`)];
  if (group.count < 1) found.push(violation('range', `${pointer}/count`));
  for (const name of partsOfGroup) {
    const part = group[name] ?? 0;
    if (part < 0 || part > group.count) found.push(violation('repatriation/people', `${pointer}/${name}`));
  }
  return found;
}

function needRules(needs: AsSent<Repatriation>['specialNeeds']): Violation[] {
  const found = (needs ?? []).flatMap((need, i) => {
    if (need === undefined) return [];
    const pointer = `/data/specialNeeds/${i}`;
    const missing = need.need === undefined ? [violation('required', `${pointer}/need`)] : [];
    if (typeof need.count !== 'number') return [...missing, violation('required', `${pointer}/count`)];
    return need.count < 1 ? [...missing, violation('range', `${pointer}/count`)] : missing;
  });
  return [
    ...found,
    ...uniqueRules(
      needs,
      (need) => need?.need,
      (i) => `/data/specialNeeds/${i}`,
    ),
  ];
}
