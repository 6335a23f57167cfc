import { countryCodes, isCountry } from '../code-lists.ts';
import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';

/** A country must be given, and be in ISO 3166-1. */
export function countryRules(country: string | undefined, pointer: string): Violation[] {
  if (country === undefined || country === '') return [violation('required', pointer)];
  return isCountry(country) ? [] : [violation('country', pointer, countryCodes)];
}
