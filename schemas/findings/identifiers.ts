import cardValidator from 'card-validator';
import { isDUI } from 'sivar-utils';
import { validate as sin } from 'stdnum/lib/cjs/ca/sin.js';
import { validate as cedula } from 'stdnum/lib/cjs/do/cedula.js';
import { validate as dni } from 'stdnum/lib/cjs/es/dni.js';
import { validate as nie } from 'stdnum/lib/cjs/es/nie.js';
import { validate as cui } from 'stdnum/lib/cjs/gt/cui.js';
import { validate as clabe } from 'stdnum/lib/cjs/mx/clabe.js';
import { validate as curp } from 'stdnum/lib/cjs/mx/curp.js';
import { validate as rfc } from 'stdnum/lib/cjs/mx/rfc.js';
import { validate as nit } from 'stdnum/lib/cjs/sv/nit.js';
import { validate as ssn } from 'stdnum/lib/cjs/us/ssn.js';
import { hasDigits } from './digits.ts';
import { certain, type TextFinding } from './finding.ts';
import { matchesOf } from './matches.ts';
import { afterRecordLabel } from './record-labels.ts';

interface Identifier {
  /** How it is written. */
  readonly form: string;
  /** Whether its check digits hold, by the package that knows it. */
  readonly holds: (written: string) => boolean;
}

const byStdnum = (validate: (written: string) => { readonly isValid: boolean }) => (written: string) =>
  validate(written).isValid;

/**
 * Identifiers of persons that are told by their form and check digits alone. Those of companies are not looked for, and a form that
 * amounts or files have too (nine digits, 1234567-8) needs its label: `documents.ts`. The number of the United States has no check
 * digit; its form is told from the ranges that are issued.
 */
const identifiers: readonly Identifier[] = [
  { form: String.raw`[A-Z]{4}\d{6}[A-Z]{6}[A-Z\d]\d`, holds: byStdnum(curp) },
  { form: String.raw`[A-ZÑ&]{4}[ -]?\d{6}[ -]?[A-Z\d]{3}`, holds: byStdnum(rfc) },
  { form: String.raw`\d{3}-\d{7}-\d`, holds: byStdnum(cedula) },
  { form: String.raw`\d{4}[ -]?\d{5}[ -]?\d{4}`, holds: byStdnum(cui) },
  { form: String.raw`\d{8}-\d`, holds: (written) => isDUI(written) && !beginsWithDay(written) },
  { form: String.raw`\d{4}-\d{6}-\d{3}-\d`, holds: byStdnum(nit) },
  { form: String.raw`\d{3}-\d{2}-\d{4}`, holds: byStdnum(ssn) },
  { form: String.raw`\d{3}-\d{3}-\d{3}`, holds: byStdnum(sin) },
  { form: String.raw`\d{8}-?[A-Z]`, holds: (written) => dni(written).isValid && !beginsWithDay(written) },
  { form: String.raw`[XYZ]-?\d{7}-?[A-Z]`, holds: byStdnum(nie) },
  { form: String.raw`\d{18}`, holds: byStdnum(clabe) },
  { form: String.raw`\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}[ -]\d{6}[ -]\d{5}|\d{14,16}`, holds: isCard },
];

const searches = identifiers.map(({ form, holds }) => ({
  form: new RegExp(String.raw`(?<![\p{L}\p{N}_]|\p{N}[-./])(?:${form})(?![\p{L}\p{N}_]|[-/.]\p{N})`, 'giu'),
  holds,
}));

/** Of each form: a text of nothing but numbers that are none must not cost a second. */
const maxTries = 300;

/** Identifiers of persons, and numbers of payment cards and bank accounts, whose check digits hold. */
export function findIdentifiers(text: string): TextFinding[] {
  if (!hasDigits(text, 6)) return [];
  const found: TextFinding[] = [];
  for (const { form, holds } of searches) {
    let tries = 0;
    for (const { 0: written, index } of matchesOf(form, text)) {
      if (++tries > maxTries) break;
      // Files and laws are numbered; what has letters too is none of them.
      const ofRecord = !/\p{L}/u.test(written) && afterRecordLabel(text, index);
      if (!ofRecord && holds(written)) found.push(certain('identifier', index, written.length));
    }
  }
  return found;
}

/** 20260117-3: a reference, as likely as not. */
function beginsWithDay(written: string): boolean {
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(written);
}

function isCard(written: string): boolean {
  return cardValidator.number(written).isValid;
}
