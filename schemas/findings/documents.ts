import { hasDigits } from './digits.ts';
import { certain, type TextFinding } from './finding.ts';
import { matchesOf } from './matches.ts';

/** Names of documents and identifiers of persons; the countries have more than the packages know check digits of. */
const label = new RegExp(
  String.raw`(?<!\p{L})(?:${[
    'pasaportes?|passports?',
    'c[eé]dulas?(?: de (?:identidad|ciudadan[ií]a|residencia|extranjer[ií]a|vecindad)(?: personal)?)?',
    'CURP|RFC|DPI|CUI|DUI|DNI|DNIC|NIT|RTN|INE|IFE|RNC|NIE|NIF|NSS|SSN|SIN|TRN|ITIN|PTP',
    'clave de elector|credencial (?:para votar|de elector)',
    '(?:documento|tarjeta|carn[eé]t?|credencial|n[uú]mero) (?:(?:nacional|[uú]nic[oa]) )?de (?:identidad|identificaci[oó]n|residente|residencia|refugiad[oa]|solicitante|seguridad social|seguro social)',
    'documento (?:personal|migratorio)(?: de identidad)?|identidad',
    '(?:acta|partida|certificado) de nacimiento|licencias?(?: de (?:conducir|manejar|manejo))?(?! (?:ambiental|sanitaria|comercial|de (?:construcci[oó]n|funcionamiento|obra)))',
    'carn[eé]t?s?|credencial|matr[ií]cula consular|consular ID|permiso (?:de (?:trabajo|residencia|conducir|permanencia|estancia)|temporal)',
    'visas?|visado|salvoconducto|tarjeta de visitante',
    `(?:national |voter |state )?(?:ID|identity|identification)(?: card| document| number)?|voter(?:'s)? card`,
    `birth certificate|(?:driv(?:er'?s?|er’s|ing) )?licen[sc]e(?! plate)|residen(?:t|ce|cy) (?:permit|card)|green card|travel document`,
    'social (?:security|insurance)|alien (?:registration )?number|A-number|A#|work permit|(?:refugee|citizenship|migration|consular) card',
  ].join('|')})(?![\p{L}])`,
  'giu',
);

const marker = String.raw`(?:n\.? ?[º°]|(?:n[uú]mero|number|n[uú]m|n[or]s?)(?!\p{L})\.?|#|№)`;
const words = String.raw`(?:[ ,]+(?!${marker})[\p{L}'’]+\.?)`;
const value = String.raw`(?:\d{4} \d{5} \d{4}|\d{3} \d{3} \d{3}|\d{3} \d{7} \d|[A-Z]{1,3} \d{5,9}|[A-Z\d]+(?:[-./][A-Z\d]+){0,5})(?![\p{L}\d])`;

const marked = new RegExp(
  String.raw`^(?:${words}{0,7}[\s,(.;]*${marker}(?: (?:is|was|es|era))?[ :#.]*|[ ]?[:#=]\s?)(?<value>${value})`,
  'iu',
);
const unmarked = new RegExp(`^${words}{0,4}(?:[ ,(]+| ?: ?)(?<value>${value})`, 'iu');

const maxTail = 90;

/** Numbers that a label says to be those of a person's document, whatever their check digits. */
export function findDocumentNumbers(text: string): TextFinding[] {
  if (!hasDigits(text, 5)) return [];
  const found: TextFinding[] = [];
  for (const { 0: name, index } of matchesOf(label, text)) {
    // In Spanish, "sin" is a word.
    if (/^sin$/i.test(name) && name !== 'SIN') continue;
    const from = index + name.length;
    const tail = text.slice(from, from + maxTail);
    const match = firstOf(tail, name);
    if (match === undefined) continue;
    const start = from + match.at;
    found.push(certain('document-number', start, match.length), ...othersLike(text, start, match.length));
  }
  return found;
}

const maxOthers = 60;

/** "Passports A123456, B123457 and her sister's (C123458)": what follows in the sentence and has the form of the one that is labelled. */
function othersLike(text: string, start: number, length: number): TextFinding[] {
  const form = [...text.slice(start, start + length)]
    .map((c) =>
      /\d/.test(c) ? String.raw`\d` : /\p{L}/u.test(c) ? String.raw`\p{L}` : `[${c === '-' ? '\\-' : c}]`,
    )
    .join('');
  const end = start + length;
  const rest = /^[^;:\n]*/.exec(text.slice(end, end + maxOthers))?.[0] ?? '';
  const likeIt = new RegExp(String.raw`(?<![\p{L}\p{N}]|\d[-.,/])${form}(?![\p{L}\p{N}]|[-.,/]\d)`, 'gu');
  return matchesOf(likeIt, rest).map(({ 0: written, index }) =>
    certain('document-number', end + index, written.length),
  );
}

function firstOf(tail: string, name: string): { readonly at: number; readonly length: number } | undefined {
  const withMarker = marked.exec(tail);
  if (withMarker?.groups !== undefined && isNumbered(withMarker.groups['value'] ?? '', isPlural(name)))
    return spanOf(withMarker);
  const without = unmarked.exec(tail);
  if (without?.groups !== undefined && isTelling(without.groups['value'] ?? '', name)) return spanOf(without);
  return undefined;
}

function spanOf(match: RegExpExecArray): { readonly at: number; readonly length: number } {
  const length = match.groups?.['value']?.length ?? 0;
  return { at: match[0].length - length, length };
}

function isPlural(name: string): boolean {
  return /(?:es|as|ports)$/i.test(name);
}

/** After "n.º" or a colon: five digits at least; behind a plural ("pasaportes: 12.345") no amount. */
function isNumbered(written: string, plural: boolean): boolean {
  if (isDay(written) || digitsOf(written) < 5) return false;
  return !isAmount(written) || (!plural && digitsOf(written) >= 7);
}

/** Without a marker: letters and digits, seven digits in a row, or groups with hyphens. */
function isTelling(written: string, name: string): boolean {
  if (isDay(written)) return false;
  if (isAmount(written)) return isLongAmount(written) || (isAbbreviation(name) && digitsOf(written) === 9);
  return (
    /^[A-Z]{1,3}[ -]?\d{5,}[A-Z\d]*$/i.test(written) ||
    /^\d{7,}[A-Z]?$/i.test(written) ||
    /^[A-Z]{6}\d{8}[A-Z]\d{3}$/i.test(written) ||
    (/^[A-Z\d]*(?:[- ][A-Z\d]+){2,}$/i.test(written) && digitsOf(written) >= 6) ||
    /^\d{6,8}-[\dK]$/i.test(written)
  );
}

function digitsOf(written: string): number {
  return written.replace(/\D/g, '').length;
}

function isDay(written: string): boolean {
  return /^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})$/.test(written);
}

function isAmount(written: string): boolean {
  return /^\d{1,3}(?:[ .]\d{3})+$/.test(written);
}

/** SIN 046 454 286: nine digits behind the abbreviation itself. */
function isAbbreviation(name: string): boolean {
  return /^[A-Z]{3,4}$/.test(name);
}

/** Colombia writes its ten digits like an amount. */
function isLongAmount(written: string): boolean {
  return /^1\.\d{3}\.\d{3}\.\d{3}$/.test(written);
}
