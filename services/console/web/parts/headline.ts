import { inLanguage } from '../core/language.ts';
import type { Headline, Item } from '../feed/event.ts';

/** In the reader's language where it is there. */
export function headlineOf({ headlines }: Item): Headline | undefined {
  return inLanguage(headlines.map(({ language, text }) => ({ language: language.toLowerCase(), text })));
}
