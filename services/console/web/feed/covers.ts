import type { Filter } from '@puebla/schemas';

/** Is everything that `next` asks for among what `base` asks for? Then what is there already need only be looked through. */
export function covers(base: Filter, next: Filter): boolean {
  const { from: baseFrom, to: baseTo, severity: baseSeverity, ...baseLists } = base;
  const { from, to, severity, ...lists } = next as Filter & Lists;
  if (baseFrom !== undefined && (from === undefined || from < baseFrom)) return false;
  if (baseTo !== undefined && (to === undefined || to > baseTo)) return false;
  if (baseSeverity !== undefined && severity?.[0] !== baseSeverity[0]) return false;
  return Object.entries(baseLists as Lists).every(([name, taken]) => {
    const asked = lists[name];
    return taken === undefined || asked?.every((value) => taken.includes(value)) === true;
  });
}

type Lists = Readonly<Record<string, readonly string[] | undefined>>;
