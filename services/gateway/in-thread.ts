import { ProblemError } from '@puebla/kit';
import type { ActiveAgency } from '@puebla/schemas';
import type { Accepted, Thread, ThreadNeeded } from './accept.ts';
import type { Gateway } from './context.ts';
import { outcomeUnknown } from './outcome-unknown.ts';
import type { Answer } from './receipt.ts';

/** Of an event that goes on with a thread: what it refers to is looked up with the publisher's own token. */
export async function acceptInThread(
  gateway: Gateway,
  needed: ThreadNeeded,
  authorization: string | undefined,
  acceptWith: (thread: Thread) => Accepted,
): Promise<Accepted> {
  const accepted = acceptWith(await gateway.threads.of(needed, authorization));
  if (gateway.laneReady(accepted.event.record.partition)) return accepted;
  throw new ProblemError('unavailable', {
    detail: 'the identities of the last 24 hours are being read back',
    retryAfterSeconds: 1,
  });
}

/** Whether two may have followed the same event at once, so that one of them does not count. */
export function canBeVoid({ kind, inThread }: Accepted): boolean {
  return inThread && kind.machine !== undefined;
}

/**
 * The answer for a step: with why it does not count, where it does not. Rejects with ProblemError outcome-unknown when that cannot be
 * told: it is kept, and `unavailable` would say that it is not.
 */
export async function toldIfVoid(
  gateway: Pick<Gateway, 'threads'>,
  agency: ActiveAgency,
  accepted: Accepted,
  authorization: string | undefined,
  answer: Answer,
): Promise<Answer> {
  if (!canBeVoid(accepted)) return answer;
  const violations = await gateway.threads
    .voidOf(agency.id, accepted, authorization)
    .catch((cause: unknown) => {
      // It is kept: whether it counts is told to who asks again, with the same id.
      const problem = outcomeUnknown(accepted.id);
      problem.cause = cause;
      throw problem;
    });
  return violations.length === 0 ? answer : { ...answer, void: violations };
}
