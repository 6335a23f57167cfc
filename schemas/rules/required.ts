import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';

/** The fields of the data that must be given, and be more than null: Avro has a default for every one. */
export function requiredRules<T extends object>(data: T, names: readonly (keyof T & string)[]): Violation[] {
  return names.flatMap((name) => {
    const value = data[name];
    return value === undefined || value === null ? [violation('required', `/data/${name}`)] : [];
  });
}
