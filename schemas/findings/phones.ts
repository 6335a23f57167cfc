import { findPhoneNumbersInText, isValidPhoneNumber, Metadata } from 'libphonenumber-js/min';
import { hasDigits } from './digits.ts';
import { certain, type TextFinding } from './finding.ts';
import { matchesOf } from './matches.ts';
import { afterRecordLabel } from './record-labels.ts';

/** Members, observers and guest (mission.md): whose national numbers are known without their prefix. US stands for all of +1 (CA, DO, JM). */
const countries = ['MX', 'US', 'GT', 'HN', 'SV', 'NI', 'CR', 'PA', 'BZ', 'CO', 'PE', 'ES'] as const;
type Country = (typeof countries)[number];

/** Which of them have national numbers of a length: a validation costs ten times this look. */
const countriesByLength: ReadonlyMap<number, readonly Country[]> = byLength();

function byLength(): ReadonlyMap<number, readonly Country[]> {
  const found = new Map<number, Country[]>();
  for (const country of countries) {
    const metadata = new Metadata();
    metadata.selectNumberingPlan(country);
    for (const length of metadata.numberingPlan?.possibleLengths() ?? [])
      found.set(length, [...(found.get(length) ?? []), country]);
  }
  return found;
}

/** A text of nothing but numbers that are none must not cost a second; what one writes has a handful. */
const maxTries = 300;

const international = /(?<![\p{L}\p{N}])(?:\+|00) ?\(?[1-9][\d .()-]{6,28}/gu;

/**
 * How numbers are grouped that are written without a label. Four and four with a space are left out: two cells of a table look the same.
 */
const grouped = new RegExp(
  String.raw`(?<![\p{L}\p{N}_/]|[\p{N}][-., ]|[$€])(?:${[
    String.raw`\(\d{2,3}\) ?\d{3,4}[ .-]?\d{4}`,
    String.raw`1[ .-]\d{3}[ .-]\d{3}[ .-]\d{4}`,
    String.raw`\d{2,3}[ -]\d{2}[ -]\d{4}[ -]\d{4}`,
    String.raw`\d{3}([ .-])\d{3}\1\d{4}`,
    String.raw`\d{3}[ -]\d{4}[ -]\d{4}`,
    String.raw`\d{2}([ -])\d{4}\2\d{4}`,
    String.raw`\d{4}-\d{4}`,
  ].join(
    '|',
  )})(?![\p{L}\p{N}]|[-/.,]\d| [\d%]| ?(?:personas|casos|migrantes|víctimas|d[oó]lares|pesos|quetzales|lempiras|usd|people|persons|cases|migrants|victims|dollars))`,
  'giu',
);

const label =
  /(?<!\p{L})(?:tel(?:[eé]fonos?|[eé]f|s)?|cel(?:ular(?:es)?|s)?|m[oó]vil(?:es)?|whats ?app|wsp|telegram|signal|fax|l[ií]neas?|llam(?:ar|e|en|[oó]|ando|aron|adas?|ad)|marc(?:ar|ando|que)|n[uú]mero|contact(?:o|ar|arl[aeo]s?|os)|comunicarse|comun[ií]quese|respond[ae]n?|contesta|recarg(?:a|as|ar|an|ue)|saldo|top[- ]?ups?|escrib(?:ir|a|e)|phones?|telephones?|mobile|cell(?:phone)?|call(?:s|ed|ing)?|text(?:ed|ing)?|dial(?:led)?|hotlines?|helpline|number|contact|reach(?:ed|able)?|answers?|ring)(?!\p{L})/giu;
const afterLabel = /(?<![\p{L}\p{N}$]|\p{N}[-.,/])\d[\d .()-]{5,18}\d(?![\p{L}\p{N}]|[-/.,]\d)/gu;

/** How far behind its label a number is looked for, and how far a number that reads like an amount. */
const reach = 48;
const near = 8;
const maxWritten = 20;

/** Telephone numbers of people and lines alike, hotlines too: a number has a field of its own where it is meant to be called. */
export function findPhones(text: string): TextFinding[] {
  if (!hasDigits(text, 7)) return [];
  return [...findInternational(text), ...findGrouped(text), ...findLabelled(text)];
}

function findInternational(text: string): TextFinding[] {
  const found: TextFinding[] = [];
  let tries = 0;
  for (const { 0: written, index } of matchesOf(international, text)) {
    if (digitsOf(written).length < 8) continue;
    if (++tries > maxTries) break;
    const dialled = written.startsWith('+') ? written : `+${written.slice(2)}`;
    const [number] = findPhoneNumbersInText(dialled);
    if (number?.startsAt === 0) {
      found.push(certain('phone', index, number.endsAt + written.length - dialled.length));
    }
  }
  return found;
}

function findGrouped(text: string): TextFinding[] {
  const found: TextFinding[] = [];
  let tries = 0;
  for (const { 0: written, index } of matchesOf(grouped, text)) {
    if (isRange(written) || afterRecordLabel(text, index)) continue;
    if (++tries > maxTries) break;
    if (isNumber(written)) found.push(certain('phone', index, written.length));
  }
  return found;
}

function findLabelled(text: string): TextFinding[] {
  const found: TextFinding[] = [];
  let tries = 0;
  let searched = 0;
  for (const { 0: name, index } of matchesOf(label, text)) {
    const from = Math.max(searched, index + name.length);
    const until = index + name.length + reach;
    if (from >= until) continue;
    searched = until;
    // With the character before, for what may not stand before a number.
    const window = text.slice(from - 1, until + maxWritten);
    for (const { 0: written, index: at } of matchesOf(afterLabel, window)) {
      const start = from - 1 + at;
      if (start > until) break;
      if (isOther(written) || afterRecordLabel(text, start)) continue;
      if (isAmount(written) && start - index - name.length > near) continue;
      if (++tries > maxTries) return found;
      if (isNumber(written)) found.push(certain('phone', start, written.length));
    }
  }
  return found;
}

function digitsOf(written: string): string {
  return written.replace(/\D/g, '');
}

function isNumber(written: string): boolean {
  const digits = digitsOf(written);
  // Mexico's prefix for calls within the country, in use until 2019, still stands on posters; 1 is that of the United States.
  const national = digits.replace(/^(?:01(?=\d{10}$)|1(?=\d{10}$))/, '');
  return (
    (countriesByLength.get(national.length) ?? []).some((country) => isValidPhoneNumber(national, country)) ||
    (digits.length > 10 && isValidPhoneNumber(`+${digits}`))
  );
}

/** 2019-2024, 0801-1990, 3000-4500 */
function isRange(written: string): boolean {
  return /^(?:(?:19|20)\d\d[ -]\d{4}|\d{4}[ -](?:19|20)\d\d|\d\d[05]0[ -]\d\d[05]0)$/.test(written);
}

/** A day, a range, a decimal. */
function isOther(written: string): boolean {
  return (
    isRange(written) ||
    /^(?:\d{4}[-.]\d{1,2}[-.]\d{1,2}|\d{1,2}[-. ]\d{1,2}[-. ]\d{2,4}|\d+\.\d+|\d{4}-\d{2}-\d{2} .*)$/.test(
      written,
    )
  );
}

/** 1 234 567, 1.234.567 */
function isAmount(written: string): boolean {
  return /^\d{1,3}(?:[ .]\d{3})+$/.test(written);
}
