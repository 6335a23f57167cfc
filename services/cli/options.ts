import { t } from './language.ts';

/** What several commands take: `.option(...asOption)`, `.argument(...filesArgument)`. */
export const asOption = [
  '--as <agency>',
  t(
    'as this agency, or agency/person (embedded exchange only)',
    'como esta institución, o institución/persona (solo intercambio local)',
  ),
] as const;

export const filesArgument = [
  '<file...>',
  t(
    'CloudEvents as JSON, an array, or one a line; - for stdin',
    'CloudEvents en JSON, una lista, o uno por línea; - para stdin',
  ),
] as const;

export const addressArgument = [
  '<address>',
  t('address as a publisher got it, or the agency', 'dirección que recibió quien publicó, o la institución'),
] as const;

export const idArgument = [
  '[id]',
  t('id, where the first is an agency', 'id, si lo primero es una institución'),
] as const;
