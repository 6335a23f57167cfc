import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const file = join(import.meta.dirname, '../../infra/observability/runbooks.md');

/** What to do about an alert, as text; undefined where there is none of that name. */
export async function runbookOf(alert: string): Promise<string | undefined> {
  const sections = (await readFile(file, 'utf8')).split(/^(?=## )/m);
  return sections.find((section) => section.startsWith(`## ${alert}\n`));
}
