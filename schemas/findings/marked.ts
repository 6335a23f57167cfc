import type { Span, TextFinding } from './finding.ts';
import { withoutOverlaps } from './overlaps.ts';

/** For tests: a text in which ⟦ and ⟧ mark what is to be found, without its marks, and where that is. */
export function marked(text: string): { readonly text: string; readonly spans: readonly Span[] } {
  const spans: Span[] = [];
  let plain = '';
  for (const piece of text.split('⟦')) {
    const [inside = '', ...outside] = piece.split('⟧');
    if (outside.length > 0) spans.push({ start: plain.length, length: inside.length });
    plain += inside + outside.join('');
  }
  return { text: plain, spans };
}

/** The spans alone, in the order of the text. */
export function spansOf(found: readonly TextFinding[]): Span[] {
  return withoutOverlaps(found).map(({ start, length }) => ({ start, length }));
}
