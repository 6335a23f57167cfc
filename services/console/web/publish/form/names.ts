import { crossingPointOf, participantOf, subdivisionName } from '@puebla/schemas';
import { agencyName, directory } from '../../core/directory.ts';
import { countryName } from '../../core/language.ts';
import { participantName } from '../../parts/names.ts';

/** A code with its name, as it is offered. @param rule that asks for it: a code may stand in two registers */
export function codeName(code: string, rule: string): string {
  if (directory.value?.agencies.has(code)) return agencyName(code);
  const name = rule === 'country' ? countryName(code) : nameIn(code);
  return name === undefined || name === code ? code : `${name} (${code})`;
}

function nameIn(code: string): string | undefined {
  if (participantOf(code) !== undefined) return participantName(code);
  return subdivisionName(code) ?? crossingPointOf(code)?.name;
}
