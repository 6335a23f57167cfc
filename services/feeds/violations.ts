import type { Violation } from '@puebla/schemas';

/** What can be wrong with the parameters that are the feeds' own; those of the filter are the contract's. */
const rules = {
  once: ['Este parámetro va una sola vez.', 'This parameter goes once.'],
  since: [
    'Debe ser una fecha y hora RFC 3339 con zona, o earliest.',
    'It must be an RFC 3339 date and time with its zone, or earliest.',
    ['earliest'],
  ],
  history: ['Debe ser true o false.', 'It must be true or false.', ['true', 'false']],
  limit: ['Debe ser un número entero de 1 a 1000.', 'It must be a whole number from 1 to 1000.', ['1..1000']],
} as const satisfies Record<string, readonly [es: string, en: string, allowed?: readonly string[]]>;

/** A violation with its text in Spanish and English, which never repeats what was sent. */
export function violationOf(rule: keyof typeof rules, parameter: string): Violation {
  const [es, en, allowed] = rules[rule];
  const said = { pointer: `/${parameter}`, rule, message: `${es} / ${en}` };
  return allowed === undefined ? said : { ...said, allowed };
}
