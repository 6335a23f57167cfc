import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import { languageRules } from './lists.ts';
import { textRules } from './text.ts';

/** One language of what an event says: its language, and its parts by name. */
type Texts = Readonly<Record<string, string | null | undefined>>;

/** The longest that each part may be, in UTF-16 code units. */
type Lengths = Readonly<Record<string, number>>;

/** Rules for `/data/information`: in one language at least, each language once, with the parts that must be there. */
export function informationRules(
  required: Lengths,
  optional: Lengths = {},
): (information: readonly (Texts | undefined)[] | undefined) => Violation[] {
  // Every event has some: the names are listed once, not for each.
  const [requiredParts, optionalParts] = [Object.entries(required), Object.entries(optional)];
  const pointer = '/data/information';
  return (information) => {
    if (information === undefined || information.length === 0) return [violation('required', pointer)];
    const found = languageRules(information, pointer);
    information.forEach((item, i) => {
      if (item === undefined) return;
      for (const [name, longest] of requiredParts)
        found.push(...textRules(item[name], `${pointer}/${i}/${name}`, longest));
      for (const [name, longest] of optionalParts) {
        if ((item[name]?.length ?? 0) > longest) found.push(violation('length', `${pointer}/${i}/${name}`));
      }
    });
    return found;
  };
}
