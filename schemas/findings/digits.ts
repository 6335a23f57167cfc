/**
 * Whether a text has a run of so many digits, with two other characters between them at most: most texts have none, and are spared what is
 * looked for in those that have.
 */
export function hasDigits(text: string, count: 1 | 5 | 6 | 7): boolean {
  return runs[count].test(text);
}

const runs = {
  1: /\d/,
  5: /\d(?:[^\d\n]{0,2}\d){4}/,
  6: /\d(?:[^\d\n]{0,2}\d){5}/,
  7: /\d(?:[^\d\n]{0,2}\d){6}/,
} as const;
