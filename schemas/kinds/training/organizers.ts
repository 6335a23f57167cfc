import type { AsSent } from '../../as-sent.ts';
import type { Organizer } from '../../generated.ts';
import { violation } from '../../rule-codes.ts';
import { uniqueRules } from '../../rules/lists.ts';
import { participantRules } from '../../rules/participants.ts';
import { isText } from '../../rules/text.ts';
import type { Violation } from '../../violation.ts';

const maxOrganizers = 50;
const maxNameLength = 300;

/** At least one; each a participant, an institution by its name, or both; each once. */
export function organizerRules(
  organizers: readonly (AsSent<Organizer> | undefined)[] | undefined,
): Violation[] {
  const pointer = '/data/organizers';
  if (organizers === undefined || organizers.length === 0) return [violation('required', pointer)];
  if (organizers.length > maxOrganizers) return [violation('length', pointer)];
  const found = organizers.flatMap((organizer, i) =>
    organizer === undefined ? [] : rulesOf(organizer, `${pointer}/${i}`),
  );
  return [
    ...found,
    ...uniqueRules(
      organizers,
      (organizer) => organizer && nameOf(organizer),
      (i) => `${pointer}/${i}`,
    ),
  ];
}

function nameOf({ participant, name }: AsSent<Organizer>): string | undefined {
  const names = [participant, name?.trim()].filter(isText);
  return names.length === 0 ? undefined : names.join(' ');
}

function rulesOf(organizer: AsSent<Organizer>, pointer: string): Violation[] {
  const { participant, name } = organizer;
  if (nameOf(organizer) === undefined && !Object.values(organizer).includes(undefined))
    return [violation('training/organizer', pointer)];
  const tooLong = (name?.length ?? 0) > maxNameLength ? [violation('length', `${pointer}/name`)] : [];
  return [...participantRules(participant, `${pointer}/participant`), ...tooLong];
}
