/** The exchange's texts come in the language of the person's system, where it has them. */
export const acceptLanguage = Intl.DateTimeFormat().resolvedOptions().locale;

export type Language = 'es' | 'en';

/** What this command line itself says: Spanish where the system speaks it, else English. */
export const language: Language = acceptLanguage.startsWith('es') ? 'es' : 'en';

/** One text in both languages, as it is said here. */
export const t = (en: string, es: string): string => (language === 'es' ? es : en);

/** What stands below the options of a command: examples, and what else there is to know. */
export function helpText(examples: string, en = '', es = ''): string {
  const about = t(en, es);
  return `\n${t('Examples', 'Ejemplos')}:\n${examples}\n${about === '' ? '' : `\n${about}\n`}`;
}
