import { within } from '@puebla/kit';
import { type ActiveAgency, nameOf } from '@puebla/schemas';
import { type Accepted, type Thread, ThreadNeeded } from './accept.ts';
import { type Gateway, requireRead } from './context.ts';
import { isReview } from './drafts.ts';
import type { Kept } from './identities.ts';
import { outcomeUnknown } from './outcome-unknown.ts';
import { answerWithinMs } from './publisher.ts';
import type { Answer } from './receipt.ts';

/** Of an event that goes on with a thread: what it refers to is looked up with the publisher's own token. */
export async function acceptInThread(
  gateway: Gateway,
  needed: ThreadNeeded,
  authorization: string | undefined,
  acceptWith: (thread: Thread) => Accepted,
): Promise<Accepted> {
  const accepted = acceptWith(await gateway.threads.of(needed, authorization));
  requireRead(gateway, accepted.event.record.partition);
  return accepted;
}

/** At once for an event that begins a thread, as nearly all do. Throws (or rejects with) ProblemError. */
export function acceptWhereItBelongs(
  gateway: Gateway,
  authorization: string | undefined,
  acceptWith: (thread?: Thread) => Accepted,
  /** Resolves when what it refers to may be looked for. */
  ready: () => Promise<void> = async () => {},
): Accepted | Promise<Accepted> {
  try {
    return acceptWith();
  } catch (error) {
    if (!(error instanceof ThreadNeeded)) throw error;
    return ready().then(() => acceptInThread(gateway, error, authorization, acceptWith));
  }
}

/** Whether two may have followed the same event at once, so that one of them does not count. */
function canBeVoid({ kind, thread }: Accepted): boolean {
  return thread !== undefined && kind.machine !== undefined;
}

/**
 * Whether there is more to do once it is kept than to answer: what goes on with a thread may be void, or change who reads it, and what waited
 * under the same id waits no more.
 */
export function hasSequel({ drafts }: Pick<Gateway, 'drafts'>, { thread, event }: Accepted): boolean {
  return thread !== undefined || drafts.waiting(event.identity) !== undefined;
}

/** For what is kept, and was kept before where it is sent `again`. Rejects with ProblemError outcome-unknown. */
export async function answerFor(
  gateway: Pick<Gateway, 'receipts' | 'threads' | 'threadStates' | 'drafts'>,
  agency: ActiveAgency,
  accepted: Accepted,
  { kept, again }: { readonly kept: Kept; readonly again: boolean },
  authorization: string | undefined,
): Promise<Answer> {
  const { receipts } = gateway;
  /** `unavailable` would say that it is not kept. */
  const fail = (cause: unknown): never => {
    throw Object.assign(outcomeUnknown(accepted.id), { cause });
  };
  await settle(gateway, accepted, kept).catch(fail);
  const answer = again
    ? await within(answerWithinMs, () => receipts.again(agency, accepted, kept)).catch(fail)
    : receipts.fresh(agency, accepted, kept);
  return toldIfVoid(gateway, agency, accepted, authorization, answer);
}

/**
 * Before its sender is told that it is kept, everybody knows what it makes of its thread, and nothing waits in its place, or in that of what it
 * takes back, or to go on with it. Rejects with ProblemError, KafkaError.
 */
async function settle(
  { threadStates, drafts }: Pick<Gateway, 'threadStates' | 'drafts'>,
  { event, change }: Accepted,
  { topic, offset, timestamp }: Kept,
): Promise<void> {
  const waiting = drafts.waiting(event.identity);
  if (waiting !== undefined) await drafts.drop(waiting);
  const made = change?.({ topic, offset, accepted: timestamp });
  if (made === undefined) return;
  await threadStates.write([made]);
  if (made.state.recalled === undefined) return;
  await drafts.caughtUp();
  for (const draft of [...drafts.all()])
    if (draft.thread === made.name || (!isReview(draft) && nameOf(draft) === made.name))
      await drafts.drop(draft);
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
