/** One thing that is wrong with an event or a filter. */
export interface Violation {
  /** RFC 6901 JSON pointer into the CloudEvent (`/data/places/0/country`), or `/<parameter>` of a filter. */
  readonly pointer: string;
  /** Stable code of the rule, from `rule-codes.ts`. */
  readonly rule: string;
  /** In Spanish and English. Never repeats what was sent. */
  readonly message: string;
  /** Which of several names in one text is meant: a code, never a text of the author's. */
  readonly name?: string;
  /** Of a part of a text: where it begins and how long it is, in UTF-16 units, and what was found. Never the text itself. */
  readonly start?: number;
  readonly length?: number;
  readonly finding?: string;
  /** What would be taken, where that is a list. */
  readonly allowed?: readonly string[];
}

/** Names that strangers chose are cut here: a pointer says where, it is no place to put a text. */
const maxTokenLength = 64;

/** RFC 6901 pointer of a path. */
export function pointerOf(path: readonly (string | number)[]): string {
  let pointer = '';
  for (const token of path) {
    const text = String(token).slice(0, maxTokenLength);
    pointer += `/${text.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return pointer;
}
