import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';

/** Every value once: the pointer is that of the second. Values found wrong before are undefined, and passed over. */
export function uniqueRules<T>(
  items: readonly T[] | undefined,
  keyOf: (item: T) => string | undefined,
  pointerOf: (index: number) => string,
): Violation[] {
  if (items === undefined || items.length < 2) return [];
  const seen = new Set<string>();
  const found: Violation[] = [];
  items.forEach((item, i) => {
    const value = keyOf(item);
    if (value === undefined) return;
    if (seen.has(value)) found.push(violation('unique', pointerOf(i)));
    seen.add(value);
  });
  return found;
}

/** Every text of a list once. */
export function onceRules(values: readonly (string | undefined)[] | undefined, pointer: string): Violation[] {
  return uniqueRules(
    values,
    (value) => value,
    (i) => `${pointer}/${i}`,
  );
}

/** The languages of a list of texts, once each; every text names its own. */
export function languageRules(
  items: readonly ({ readonly language?: string | null | undefined } | undefined)[] | undefined,
  pointer: string,
): Violation[] {
  const missing = (items ?? []).flatMap((item, i) =>
    item !== undefined && item.language === undefined
      ? [violation('required', `${pointer}/${i}/language`)]
      : [],
  );
  return [
    ...missing,
    ...uniqueRules(
      items,
      (item) => item?.language ?? undefined,
      (i) => `${pointer}/${i}/language`,
    ),
  ];
}

/** The values that are there, each once. */
export function distinct(values: readonly (string | null | undefined)[] | undefined): string[] {
  const found: string[] = [];
  for (const value of values ?? []) {
    if (typeof value === 'string' && value !== '' && !found.includes(value)) found.push(value);
  }
  return found;
}
