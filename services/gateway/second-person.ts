import type { IncomingMessage } from 'node:http';
import { ProblemError } from '@puebla/kit';
import { type AgencyId, isRecalled } from '@puebla/schemas';
import type { Accepted } from './accept.ts';
import type { Author, Gateway } from './context.ts';
import { draftAddress, type Entry, isReview } from './drafts.ts';
import { publish } from './publish.ts';
import type { Answer } from './receipt.ts';

/** rules.md, A second signature. */
const reviewWithinMs = 24 * 3_600_000;

/** It waits for the releaser of `signer`. Rejects with ProblemError, KafkaError. */
export async function holdForSignature(
  gateway: Gateway,
  author: Author,
  accepted: Accepted,
  signer: AgencyId,
  event: unknown,
) {
  const { drafts, threadStates } = gateway;
  const { kind, id } = accepted;
  if (isTakenBack(gateway, author, accepted)) throw new ProblemError('recalled');
  const standing = drafts.get(author.id, id);
  // Its id is that of an event which went out with one signature: nothing sent later takes its review away.
  if (standing !== undefined && isReview(standing)) throw new ProblemError('id-conflict');
  const draft = { ...entryOf(author, accepted, signer), event, state: 'WAITING' } as const;
  await drafts.put(draft);
  // A recall takes along what waits when it comes: one that came meanwhile does not know of this.
  await threadStates.caughtUp();
  if (isTakenBack(gateway, author, accepted)) {
    await drafts.drop(draft);
    throw new ProblemError('recalled');
  }
  return { id, agency: author.id, kind: kind.name, draft: draftAddress(author.id, id), signer };
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
  if (isTakenBack(gateway, author, accepted)) throw new ProblemError('recalled');
  await askForReview(gateway, author, accepted, reviewer);
  const answer = await new Promise<Answer | ProblemError>((resolve) => {
    publish(gateway, author, accepted, req, resolve);
  });
  if (answer instanceof ProblemError) throw answer;
  const review = drafts.get(author.id, id);
  if (review === undefined || !isReview(review)) return answer;
  return { ...answer, review: draftAddress(author.id, id), due: review.due };
}

/** Not again for what is kept or on its way: its review stands, or is over. */
async function askForReview(
  { drafts, publisher }: Gateway,
  author: Author,
  accepted: Accepted,
  reviewer: AgencyId,
): Promise<void> {
  const { id, event } = accepted;
  if (publisher.knows(event) || drafts.get(author.id, id)?.state === 'REVIEW') return;
  const due = new Date(Date.now() + reviewWithinMs).toISOString();
  await drafts.put({ ...entryOf(author, accepted, reviewer), due, state: 'REVIEW' });
}

function entryOf(
  { id: agency, person: author }: Author,
  { id, kind, thread }: Accepted,
  signer: AgencyId,
): Entry {
  const time = new Date().toISOString();
  return { agency, id, kind: kind.name, ...(thread && { thread }), author, signer, time, reason: null };
}

/** What was taken back waits for nobody, nor does what goes on with it. */
function isTakenBack(
  { threadStates }: Gateway,
  { id: agency }: Author,
  { id, kind, thread }: Accepted,
): boolean {
  return isRecalled({ agency, id, kind: kind.name, ...(thread && { thread }) }, threadStates);
}
