import type { Tlp } from '../code-lists.ts';
import { violation } from '../rule-codes.ts';
import { dayMs, parseInstant } from '../time.ts';
import type { Violation } from '../violation.ts';

/** Nobody plans an answer for longer, and what is asked for is not kept open for ever by a slip in a year. */
const mostDaysAhead = 90;

/** `/ackby`: until when an event asks to be acknowledged (rules.md, Versions). What is no time at all is said elsewhere, and so is that it has passed. */
export function ackbyRules(
  ackby: string,
  { tlp, isAnswer, now }: { readonly tlp: Tlp | undefined; readonly isAnswer: boolean; readonly now: number },
): Violation[] {
  if (isAnswer) return [violation('ackby/answer', '/ackby')];
  const found = tlp === 'CLEAR' || tlp === 'GREEN' ? [violation('ackby/marking', '/ackby')] : [];
  const by = parseInstant(ackby);
  if (by === undefined) return found;
  if (by > now + mostDaysAhead * dayMs) found.push(violation('ackby/far', '/ackby'));
  return found;
}

/** What is refused of a new event alone: a time that has passed since the event was kept makes a retry no other event. */
export function lapsed(
  { ackby }: { readonly ackby?: string | undefined },
  now: number,
): readonly Violation[] {
  const by = ackby === undefined ? undefined : parseInstant(ackby);
  return by === undefined || by > now ? [] : [violation('ackby/past', '/ackby')];
}
