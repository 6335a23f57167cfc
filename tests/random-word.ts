import { randomBytes } from 'node:crypto';

/**
 * A word that nothing else holds, to be looked for. Of letters alone: chance would make digits a telephone or the number of a document now
 * and then, which is refused (rules.md, What may not be said).
 */
export function randomWord(): string {
  return randomBytes(24)
    .toString('hex')
    .replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)));
}
