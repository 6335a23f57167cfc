import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Window } from './browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

type Run = { readonly type: 'tag' | 'rule'; readonly values: readonly string[] };
const allRules: Run = { type: 'tag', values: standards };
/** All that another theme changes. */
export const colours: Run = { type: 'rule', values: ['color-contrast'] };

/** What of WCAG 2.2 AA the page as it is now breaks, as far as axe-core can tell. */
export async function violationsOf({ page }: Window, runOnly: Run = allRules): Promise<readonly string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (by) =>
      (globalThis as unknown as { axe: { run(of: object, by: object): Promise<AxeResults> } }).axe.run(
        document,
        by,
      ),
    { runOnly },
  );
  const shown = (html: readonly string[]): string => html.join(' | ').slice(0, 500);
  return violations.map(({ id, nodes }) => `${id}: ${shown(nodes.map(({ html }) => html))}`);
}
