import { participantOf, participants } from '../participants.ts';
import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import { onceRules } from './lists.ts';

const participantCodes = participants.map((participant) => participant.code);

/** A code of a participant, where there is one. */
export function participantRules(code: string | null | undefined, pointer: string): Violation[] {
  return typeof code !== 'string' || participantOf(code)
    ? []
    : [violation('participant', pointer, participantCodes)];
}

/** Codes of participants, each once. */
export function participantListRules(
  codes: readonly (string | undefined)[] | undefined,
  pointer: string,
): Violation[] {
  return [
    ...(codes ?? []).flatMap((code, i) => participantRules(code, `${pointer}/${i}`)),
    ...onceRules(codes, pointer),
  ];
}
