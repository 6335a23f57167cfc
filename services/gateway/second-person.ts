import type { IncomingMessage } from 'node:http';
import { ProblemError } from '@puebla/kit';
import { type AgencyId, isRecalled, participantOfAgency } from '@puebla/schemas';
import type { Accepted } from './accept.ts';
import { type Author, type Gateway, requireRead } from './context.ts';
import { type Draft, draftAddress, type Entry, isReview, type Review } from './drafts.ts';
import { published } from './publish.ts';
import type { Answer } from './receipt.ts';

/** rules.md, A second signature. */
const reviewWithinMs = 24 * 3_600_000;

/** Before it is its turn. */
type Untimed = Omit<Entry, 'time'>;

/** It waits for the releaser of `signer`; undefined where it has been signed meanwhile. Rejects with ProblemError, KafkaError. */
export function holdForSignature(
  gateway: Gateway,
  author: Author,
  accepted: Accepted,
  signer: AgencyId,
  event: unknown,
) {
  const { drafts, publisher } = gateway;
  const { kind, id } = accepted;
  const entry = entryOf(author, accepted, signer);
  return drafts.inTurn(entry, async () => {
    if (publisher.knows(accepted.event)) return undefined;
    if (isTakenBack(gateway, entry)) throw new ProblemError('recalled');
    const standing = drafts.get(author.id, id);
    // Its id is that of an event which went out with one signature: nothing sent later takes its review away.
    if (standing !== undefined && isReview(standing)) throw new ProblemError('id-conflict');
    await putWhereItStands(gateway, { ...entry, time: timeAfter(standing), event, state: 'WAITING' });
    return { id, agency: author.id, kind: kind.name, draft: draftAddress(author.id, id), signer };
  });
}

/**
 * A recall takes along what waits when it comes, and what is published what waits under its id: one that came meanwhile does not know of this.
 * Rejects with ProblemError, KafkaError.
 */
export async function putWhereItStands(gateway: Gateway, draft: Draft | Review): Promise<void> {
  const { drafts, publisher, threadStates } = gateway;
  await drafts.put(draft);
  await threadStates.caughtUp();
  const isOver = !isReview(draft) && publisher.knows(identityOf(draft));
  if (!isOver && !isTakenBack(gateway, draft)) return;
  await drafts.drop(draft);
  throw new ProblemError(isOver ? 'id-conflict' : 'recalled');
}

/**
 * What was signed is published, or may be though its signer was not told so: neither does it come back nor go away. Rejects with ProblemError:
 * unavailable (on its way, or not known yet), not-found.
 */
export async function mustNotBeSigned(gateway: Gateway, draft: Draft): Promise<void> {
  const { drafts, publisher } = gateway;
  requireRead(gateway, laneOf(draft));
  const signed = identityOf(draft);
  if (publisher.isSending(signed)) throw new ProblemError('unavailable', { retryAfterSeconds: 2 });
  if (!publisher.knows(signed)) return;
  await drafts.drop(draft);
  throw new ProblemError('not-found');
}

/** That of its thread's first event. */
function laneOf({ agency, thread }: Entry): number {
  const [first = agency] = thread?.split('/') ?? [];
  const lane = participantOfAgency(first)?.lane;
  if (lane === undefined) throw new ProblemError('agency-unknown');
  return lane;
}

function identityOf({ agency, id }: Entry): { readonly identity: string } {
  return { identity: `${agency}/${id}` };
}

/**
 * In danger to life: it goes out with one signature, and a releaser of `reviewer` is asked for the review. He is asked first: what
 * ends between the two leaves a review of what did not go out, which its author's next try mends or a person ends; the other way round
 * it would have gone out and nobody been asked. For the same reason it is not taken back when it is not kept. Rejects with ProblemError.
 */
export async function publishForReview(
  gateway: Gateway,
  author: Author,
  accepted: Accepted,
  reviewer: AgencyId,
  req: IncomingMessage,
): Promise<Answer & { readonly review?: string; readonly due?: string }> {
  const { drafts } = gateway;
  const { id } = accepted;
  const entry = entryOf(author, accepted, reviewer);
  if (isTakenBack(gateway, entry)) throw new ProblemError('recalled');
  // In one turn: nobody else's try comes between the two.
  const answer = await drafts.inTurn(entry, async () => {
    await askForReview(gateway, accepted, entry);
    return published(gateway, author, accepted, req);
  });
  const review = drafts.get(author.id, id);
  if (review === undefined || !isReview(review)) return answer;
  return { ...answer, review: draftAddress(author.id, id), due: review.due };
}

/**
 * Not again for what is kept or on its way: its review stands, or is over. Who had tried before is not who publishes it now, and reviews
 * nothing of his own; its time runs since the first try.
 */
async function askForReview(
  { drafts, publisher }: Gateway,
  { event }: Accepted,
  entry: Untimed,
): Promise<void> {
  if (publisher.knows(event)) return;
  const standing = drafts.get(entry.agency, entry.id);
  const asked =
    standing !== undefined && isReview(standing) && standing.state === 'REVIEW' ? standing : undefined;
  if (asked !== undefined && asked.author === entry.author) return;
  const due = asked?.due ?? new Date(Date.now() + reviewWithinMs).toISOString();
  await drafts.put({ ...entry, time: timeAfter(standing), due, state: 'REVIEW' });
}

function entryOf(
  { id: agency, person: author }: Author,
  { id, kind, thread }: Accepted,
  signer: AgencyId,
): Untimed {
  return { agency, id, kind: kind.name, ...(thread && { thread }), author, signer, reason: null };
}

/** Never that of what it takes the place of: who signs says by it what he has read. */
function timeAfter(standing: Entry | undefined): string {
  const earliest = standing === undefined ? 0 : Date.parse(standing.time) + 1;
  return new Date(Math.max(Date.now(), earliest)).toISOString();
}

/** What was taken back waits for nobody, nor does what goes on with it. */
function isTakenBack({ threadStates }: Gateway, entry: Untimed): boolean {
  return isRecalled(entry, threadStates);
}
