import { avroSchemas } from '../generated.ts';
import type { KindName } from '../kind.ts';
import { pointerOf } from '../violation.ts';
import type { Finding } from './finding.ts';
import { freeTextsOf } from './free-texts.ts';
import { findInText } from './text-findings.ts';

/** An answer is bounded whatever was sent, as that of the rules is; each certainty by itself: what is refused is not hidden behind what is asked about. */
const maxFindings = 100;

const texts = new Map(Object.entries(avroSchemas).map(([name, schema]) => [name, freeTextsOf(schema)]));

/**
 * What in the free texts of an event's data may say who somebody is (rules.md, What may not be said), in the order of the schema, 100 of
 * each certainty at most. `data` need not be valid: what does not fit the kind's schema is passed over. Spans are in UTF-16 units of the string at the
 * pointer. It is an aid, and proves nothing: a text without findings can still name somebody.
 */
export function personalDataIn(kind: KindName, data: unknown): Finding[] {
  const found: Finding[] = [];
  const left = { CERTAIN: maxFindings, DOUBTFUL: maxFindings };
  texts.get(kind)?.(data, ['data'], (text, at) => {
    if (left.CERTAIN + left.DOUBTFUL === 0) return;
    const inText = findInText(text).filter(({ certainty }) => left[certainty] > 0 && left[certainty]-- > 0);
    if (inText.length === 0) return;
    const pointer = pointerOf(at);
    for (const one of inText) found.push({ pointer, ...one });
  });
  return found;
}
