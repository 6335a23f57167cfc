import { ProblemError } from '@puebla/kit';
import type { Accepted } from './accept.ts';
import type { Gateway } from './context.ts';

/** A time that it names has passed: refused, unless it is kept already, as every retry is answered. Throws ProblemError invalid. */
export function requireInTime(
  { publisher }: Pick<Gateway, 'publisher'>,
  { kind, lapsed, event }: Pick<Accepted, 'kind' | 'lapsed' | 'event'>,
): void {
  if (lapsed !== undefined && !publisher.knows(event))
    throw new ProblemError('invalid', { violations: lapsed, kind: kind.name });
}
