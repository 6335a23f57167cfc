import { ProblemError } from '@puebla/kit';
import { sentAmongOthers } from '@puebla/schemas';
import type { Accepted } from './accept.ts';
import type { Gateway } from './context.ts';

/** Of an event in a batch or an upload: what needs a second signature comes alone. Throws ProblemError not-permitted. */
export function requireUnsigned(
  { publisher }: Pick<Gateway, 'publisher'>,
  { signer, reviewer, event }: Accepted,
): void {
  if ((signer ?? reviewer) !== undefined && !publisher.knows(event))
    throw new ProblemError('not-permitted', { violations: [sentAmongOthers] });
}
