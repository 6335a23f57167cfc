/**
 * All matches of a pattern with the flag g. `String.matchAll` would make a copy of the pattern for every call, which costs more than the
 * search of a short text.
 */
export function matchesOf(pattern: RegExp, text: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) found.push(match);
  return found;
}
