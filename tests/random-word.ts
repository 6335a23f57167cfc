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

/** The value with the marker in every text that is free. */
export function marked(value: unknown, marker: string): unknown {
  if (typeof value === 'string') return /[a-zñ] [a-zñ]/i.test(value) ? `${value} ${marker}` : value;
  if (Array.isArray(value)) return value.map((item) => marked(item, marker));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, marked(item, marker)]));
}
