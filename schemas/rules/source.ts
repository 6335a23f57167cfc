import type { AsSent } from '../as-sent.ts';
import type { Source } from '../generated.ts';
import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import { isText, urlRules } from './text.ts';

const maxNameLength = 300;

type Sent = AsSent<Source> | null | undefined;

/** An origin, and a name where it was published. */
export function sourceRules(source: Sent, pointer: string): Violation[] {
  if (source === null || source === undefined) return [];
  const found: Violation[] = [];
  if (source.origin === undefined) found.push(violation('required', `${pointer}/origin`));
  if (source.origin === 'PUBLISHED' && !isText(source.name))
    found.push(violation('source/name', `${pointer}/name`));
  if ((source.name?.length ?? 0) > maxNameLength) found.push(violation('length', `${pointer}/name`));
  return [...found, ...urlRules(source.url, `${pointer}/url`)];
}

/** What was published already, with its source, keeps its coordinates and counts (rules.md, What may not be said). */
export function wasPublished(source: Sent): boolean {
  return source?.origin === 'PUBLISHED' && isText(source.name);
}
