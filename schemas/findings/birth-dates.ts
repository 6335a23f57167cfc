import { hasDigits } from './digits.ts';
import { certain, doubtful, type Span, type TextFinding } from './finding.ts';
import { matchesOf } from './matches.ts';
import { role, thing } from './words.ts';

const month =
  '(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|sep(?:t|tiembre)?|set(?:iembre)?|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?|jan(?:uary)?|february|march|apr(?:il)?|june|july|aug(?:ust)?|september|october|november|dec(?:ember)?)';
const day = String.raw`(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})|\d{1,2}(?:st|nd|rd|th|[º°])?(?: (?:de |of )?|-)${month}\.?(?:(?:,? (?:del? (?:año )?)?|-)(?:\d{4}|\d{2}))?|${month}\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?)(?![\p{L}\d])`;
/** Of several that are born: "born 1 May 2009 and 3 June 2011". */
const others = `(?<others>(?:(?:,| y| e| and| &) (?:(?:el|on) )?${day}){0,5})`;

const label = String.raw`(?:fecha(?: de)? nac(?:imiento|\.)?|f(?:ec(?:ha?)?)?\.? ?(?:de )?nac(?:imiento|to|\.)|f\.? ?/? ?n\.?(?= ?[:=])|(?:nacimiento|birth)(?= ?:)|(?:date|day|d\.?) ?of birth|d\.?o\.?b\.?|birth ?-?date|birthday|cumpleaños)`;
/** A programme may be born too: see `thingBefore`. */
const born = '(?:nacid[oa]s?|naci[oó]|born|cumplen? años)';

const labelled = new RegExp(
  String.raw`(?<!\p{L})${label}(?<gap>[^\d;\n]{0,24}?)(?<day>${day})${others}`,
  'giu',
);
const told = new RegExp(
  String.raw`(?<!\p{L})(?<verb>${born})(?!\p{L})(?<gap>[^\d;.\n]{0,60}?)(?<!\p{L})(?<day>${day})${others}`,
  'giu',
);

/** Born between two days: a statistic. */
const period =
  /(?<!\p{L})(?:entre|desde|hasta|antes|despu[eé]s|partir|between|from|since|after|before|until|during)(?!\p{L})|(?:^| )del $/iu;

const dayAlone = new RegExp(day, 'giu');

const thingBefore = new RegExp(String.raw`(?<!\p{L})${thing}(?!\p{L})`, 'iu');
const person = new RegExp(
  String.raw`(?<!\p{L})(?:${role}|ella|él|she|he|persona?|hombre|man|paciente|edad|age|sexo|sex)(?!\p{L})`,
  'iu',
);

/** How far from the word its subject is looked for. */
const subjectReach = 80;

/** Days of birth that are called so. Of something that was founded ("nació", a programme, born) a sentence may say the same. */
export function findBirthDates(text: string): TextFinding[] {
  if (!hasDigits(text, 1)) return [];
  const found: TextFinding[] = [];
  for (const match of matchesOf(labelled, text)) {
    for (const span of daysOf(match)) found.push(certain('birth-date', span.start, span.length));
  }
  for (const match of matchesOf(told, text)) {
    if (period.test(match.groups?.['gap'] ?? '')) continue;
    const { before, after } = aroundOf(text, match.index);
    const ofPerson = person.test(before);
    if (!ofPerson && thingBefore.test(before)) continue;
    const founded = /^(?:naci[oó]|cumple)/i.test(match.groups?.['verb'] ?? '');
    const make = ofPerson || !founded || person.test(after) ? certain : doubtful;
    for (const span of daysOf(match)) found.push(make('birth-date', span.start, span.length));
  }
  return found;
}

function daysOf(match: RegExpMatchArray): Span[] {
  const others = match.groups?.['others'] ?? '';
  const end = (match.index ?? 0) + match[0].length - others.length;
  const first = match.groups?.['day']?.length ?? 0;
  return [
    { start: end - first, length: first },
    ...matchesOf(dayAlone, others).map(({ 0: written, index }) => ({
      start: end + index,
      length: written.length,
    })),
  ];
}

/** The sentence before the word, and from it on. */
function aroundOf(text: string, at: number): { readonly before: string; readonly after: string } {
  const before = text.slice(Math.max(0, at - subjectReach), at);
  const after = text.slice(at, at + subjectReach);
  return {
    before: before.slice(before.search(/[^.\n]*$/)),
    after: /^[^.\n]*/.exec(after)?.[0] ?? '',
  };
}
