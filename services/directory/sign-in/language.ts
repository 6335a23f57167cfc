import { languageOf } from '@puebla/kit';
import type { Language } from './page.ts';

/** The language that the client asks for (`ui_locales`), else the browser's. */
export function languageIn(acceptLanguage: string | undefined, uiLocales: unknown): Language {
  const asked = typeof uiLocales === 'string' && uiLocales !== '' ? uiLocales : acceptLanguage;
  return languageOf(asked);
}
