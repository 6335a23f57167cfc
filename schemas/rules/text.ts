import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';

const maxUrlLength = 2_000;

/** More than white space. */
export function isText(text: string | null | undefined): text is string {
  return typeof text === 'string' && text.trim() !== '';
}

/** A text that must be there, of a length that lists and headlines can show. */
export function textRules(text: string | null | undefined, pointer: string, maxLength: number): Violation[] {
  if (!isText(text)) return [violation('required', pointer)];
  return text.length > maxLength ? [violation('length', pointer)] : [];
}

/** An http or https address, or none. */
export function urlRules(url: string | null | undefined, pointer: string): Violation[] {
  if (url === null || url === undefined) return [];
  if (url.length > maxUrlLength) return [violation('length', pointer)];
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? [] : [violation('url', pointer)];
}
