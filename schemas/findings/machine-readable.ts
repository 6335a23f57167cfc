import { parse } from 'mrz';
import { certain, type TextFinding } from './finding.ts';
import { matchesOf } from './matches.ts';

/** The machine-readable zones of travel documents (ICAO 9303): how many lines of which length. */
const formats = [
  { lines: 2, length: 44 },
  { lines: 2, length: 36 },
  { lines: 3, length: 30 },
] as const;

const line = /(?<![A-Z0-9<])[A-Z0-9<]{30,44}(?![A-Z0-9<])/g;

/** Those that stand over something: the check digit of an empty field is sound too. */
const checkDigits: ReadonlySet<string> = new Set([
  'documentNumberCheckDigit',
  'birthDateCheckDigit',
  'expirationDateCheckDigit',
]);

/** Lines of machine-readable zones, each for itself: half a zone says who somebody is too. Lines that follow each other are one finding. */
export function findMachineReadable(text: string): TextFinding[] {
  if (!text.includes('<')) return [];
  const found: TextFinding[] = [];
  for (const { 0: written, index } of matchesOf(line, text)) {
    if (!written.includes('<') || !isLine(written)) continue;
    const last = found.at(-1);
    const end = last === undefined ? 0 : last.start + last.length;
    if (last !== undefined && /^\s*$/.test(text.slice(end, index))) {
      found[found.length - 1] = { ...last, length: index + written.length - last.start };
    } else {
      found.push(certain('machine-readable-zone', index, written.length));
    }
  }
  return found;
}

function isLine(written: string): boolean {
  return formats.some(
    ({ lines, length }) =>
      length === written.length && Array.from({ length: lines }).some((_, at) => holds(written, at, lines)),
  );
}

/** Whether the line is sound as line `at` of a zone whose other lines are empty: its check digits, or the kind of document and a name. */
function holds(written: string, at: number, lines: number): boolean {
  const empty = '<'.repeat(written.length);
  const { details } = parse(Array.from({ length: lines }, (_, i) => (i === at ? written : empty)));
  if (details.some((d) => d.line === at && d.valid && checkDigits.has(d.field ?? ''))) return true;
  const isSound = (field: string) =>
    details.some((d) => d.line === at && d.valid && d.field === field && d.value !== '');
  // The third line of a card is the name alone.
  return written.includes('<<') && isSound('lastName') && (lines === 3 || isSound('documentCode'));
}
