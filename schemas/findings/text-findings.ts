import { findAddresses } from './addresses.ts';
import { findBirthDates } from './birth-dates.ts';
import { findDocumentNumbers } from './documents.ts';
import { findEmails } from './emails.ts';
import type { Finder, TextFinding } from './finding.ts';
import { findIdentifiers } from './identifiers.ts';
import { findMachineReadable } from './machine-readable.ts';
import { findNames } from './names.ts';
import { withoutOverlaps } from './overlaps.ts';
import { findPhones } from './phones.ts';
import { plainText } from './plain-text.ts';

/** In the order of what wins where two overlap: the surer, then the more telling. */
const finders: readonly Finder[] = [
  findMachineReadable,
  findEmails,
  findIdentifiers,
  findBirthDates,
  findDocumentNumbers,
  findPhones,
  findAddresses,
  findNames,
];

/** What in a text may say who somebody is, in the order of the text; no two overlap. */
export function findInText(text: string): TextFinding[] {
  const plain = plainText(text);
  const found: TextFinding[] = [];
  for (const find of finders) found.push(...find(plain));
  return withoutOverlaps(found);
}
