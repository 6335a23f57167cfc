import { ruleText } from '@puebla/schemas';
import { language } from '../core/language.ts';

/** What a rule says to who broke it, in the reader's language. @param otherwise of a rule that is newer than the page */
export function ruleSays(rule: string, otherwise: string): string {
  return ruleText(rule, language.value === 'en' ? 'en' : 'es') ?? otherwise;
}
