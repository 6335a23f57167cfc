import { crossingPointOf, participantOf, subdivisionName } from '@puebla/schemas';
import { countryName, named } from '../../core/language.ts';
import type { AgencyItem } from '../directory.ts';

/** A code with its name, as it is offered. @param rule that asks for it: a code may stand in two registers */
export function codeName(code: string, rule: string, agencies: readonly AgencyItem[]): string {
  const name = rule === 'country' ? countryName(code) : nameIn(code, agencies);
  return name === undefined || name === code ? code : `${name} (${code})`;
}

function nameIn(code: string, agencies: readonly AgencyItem[]): string | undefined {
  const name = agencies.find(({ id }) => id === code)?.name ?? participantOf(code)?.name;
  if (name !== undefined) return named(name);
  return subdivisionName(code) ?? crossingPointOf(code)?.name;
}
