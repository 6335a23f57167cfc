import type { TextFinding } from './finding.ts';

/** The findings in the order of the text, none overlapping another: the surer stands, and of equals the one that was found first. */
export function withoutOverlaps(found: readonly TextFinding[]): TextFinding[] {
  if (found.length < 2) return [...found];
  const isCertain = (one: TextFinding) => one.certainty === 'CERTAIN';
  const ranked = [...found.filter(isCertain), ...found.filter((one) => !isCertain(one))];
  const end = ranked.reduce((far, { start, length }) => Math.max(far, start + length), 0);
  const taken = new Uint8Array(end);
  const kept = ranked.filter(({ start, length }) => {
    if (taken.subarray(start, start + length).includes(1)) return false;
    taken.fill(1, start, start + length);
    return true;
  });
  return kept.sort((a, b) => a.start - b.start);
}
