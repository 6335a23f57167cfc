import { ProblemError, type Scope, scopeFor } from '@puebla/kit';
import {
  addressOf,
  type Directory,
  mayReadUnsigned,
  maySign,
  type Reader,
  reviewStands,
  signerMissing,
} from '@puebla/schemas';
import express, { type Request, type Router } from 'express';
import { accept, permitted, type Thread } from './accept.ts';
import { sendJson } from './answer.ts';
import { recordSigning } from './audited.ts';
import { type Gateway, requireRead } from './context.ts';
import { type Draft, draftAddress, isReview, type Review } from './drafts.ts';
import { acceptWhereItBelongs } from './in-thread.ts';
import { requireInTime } from './in-time.ts';
import { published } from './publish.ts';
import type { Answer } from './receipt.ts';
import { mustNotBeSigned, putWhereItStands } from './second-person.ts';

const maxReasonChars = 1_000;
const maxBodyBytes = 16 * 1024;

/**
 * What waits for a second signature (rules.md): `GET /v1/drafts`, `GET /v1/drafts/{agency}/{id}` for its agency and its sponsor; `POST .../sign`
 * publishes it, `POST .../return` with `{ reason }` sends it back, both by a releaser who is not its author (with `{ time }`: only as it was sent
 * then); `DELETE` takes it away, by its agency. Of what went out with one signature, in danger to life, the same two confirm it or object; it is in the log already.
 */
export function createDraftRoutes(gateway: Gateway): Router {
  const { directory, drafts, verifier } = gateway;
  const router = express.Router({ strict: true, caseSensitive: true });
  const json = express.json({ limit: maxBodyBytes, type: 'application/json' });

  const readerFor = async (request: Request, scope: Scope): Promise<Reader & { signedIn: true }> => {
    const { reader } = await verifier.authenticate(request.headers.authorization, scope);
    if (!reader.signedIn) throw new ProblemError('token-required');
    return reader;
  };
  /** What decides about a draft: by what stands there when it is its turn. */
  const decide = <T>({ params }: Request, what: () => Promise<T>): Promise<T> =>
    drafts.inTurn({ agency: String(params['agency']), id: String(params['id']) }, what);
  /** Hidden and absent alike: 404. */
  const asked = (request: Request, reader: Reader): Draft | Review => {
    const { agency, id } = request.params;
    const draft = drafts.get(String(agency), String(id));
    if (draft === undefined || !mayReadUnsigned(reader, draft, directory.current()))
      throw new ProblemError('not-found');
    return draft;
  };
  const askedToSign = (request: Request, reader: Reader): Draft | Review => {
    const draft = asked(request, reader);
    if (!maySign(reader, draft, directory.current()))
      throw new ProblemError('not-permitted', { violations: [signerMissing] });
    const { time: read = draft.time }: { time?: unknown } = Object(request.body);
    if (read !== draft.time) throw new ProblemError('draft-changed');
    return draft;
  };

  router.use('/v1/drafts', (_request, response, next) => {
    response.set('Cache-Control', 'private, no-store');
    next();
  });
  router.get('/v1/drafts', async (request, response) => {
    const reader = await readerFor(request, scopeFor.readDrafts);
    const today = directory.current();
    const items = [...drafts.all()]
      .filter((draft) => mayReadUnsigned(reader, draft, today))
      .map((draft) => itemOf(draft, reader, today));
    response.json({ items });
  });
  router.get('/v1/drafts/:agency/:id', async (request, response) => {
    const reader = await readerFor(request, scopeFor.readDrafts);
    const draft = asked(request, reader);
    const item = itemOf(draft, reader, directory.current());
    response.json(isReview(draft) ? item : { ...item, event: draft.event });
  });
  router.delete('/v1/drafts/:agency/:id', async (request, response) => {
    const reader = await readerFor(request, scopeFor.sign);
    await decide(request, async () => {
      const draft = asked(request, reader);
      if (draft.agency !== reader.agency || !reader.roles.includes('publisher'))
        throw new ProblemError('not-permitted');
      if (draft.state === 'REVIEW') throw new ProblemError('not-permitted', { violations: [reviewStands] });
      if (!isReview(draft)) await mustNotBeSigned(gateway, draft);
      await drafts.drop(draft);
    });
    response.status(204).end();
  });
  router.post('/v1/drafts/:agency/:id/sign', json, async (request, response) => {
    const reader = await readerFor(request, scopeFor.sign);
    await decide(request, async () => {
      const draft = askedToSign(request, reader);
      if (isReview(draft)) {
        response.json(await confirm(gateway, draft, reader));
        return;
      }
      const answer = await sign(gateway, draft, reader, request);
      sendJson(response, 201, answer, ['Location', answer.address]);
    });
  });
  router.post('/v1/drafts/:agency/:id/return', json, async (request, response) => {
    const reader = await readerFor(request, scopeFor.sign);
    const returned = await decide(request, () =>
      giveBack(gateway, askedToSign(request, reader), reader, request),
    );
    response.json(itemOf(returned, reader, directory.current()));
  });
  return router;
}

/** Without its body. */
function itemOf(draft: Draft | Review, reader: Reader, directory: Directory) {
  const { agency, id, kind, signer, time, state, reason } = draft;
  const due = isReview(draft) ? draft.due : null;
  return {
    address: draftAddress(agency, id),
    agency,
    id,
    kind,
    signer,
    time,
    state,
    reason,
    due,
    overdue: draft.state === 'REVIEW' && Date.parse(draft.due) < Date.now(),
    maySign: state !== 'RETURNED' && maySign(reader, draft, directory),
  };
}

function reasonIn(body: unknown): string {
  const reason = typeof body === 'object' && body !== null && 'reason' in body ? body.reason : undefined;
  if (typeof reason === 'string' && reason.trim() !== '' && reason.length <= maxReasonChars) return reason;
  throw new ProblemError('bad-request', { detail: `reason: a text of 1 to ${maxReasonChars} characters` });
}

async function giveBack(
  gateway: Gateway,
  draft: Draft | Review,
  reader: Reader & { signedIn: true },
  { body }: Request,
): Promise<Draft | Review> {
  const reason = reasonIn(body);
  if (!isReview(draft)) await mustNotBeSigned(gateway, draft);
  const returned: Draft | Review = isReview(draft)
    ? { ...draft, state: 'OBJECTED', reason }
    : { ...draft, state: 'RETURNED', reason };
  await recordSigning(gateway.audit, 'returned', reader, draft);
  await putWhereItStands(gateway, returned);
  return returned;
}

/** The review is over. Told first: a review that is gone without a word would be as if nobody had made it. */
async function confirm({ audit, drafts }: Gateway, review: Review, reader: Reader & { signedIn: true }) {
  const { agency, id, kind } = review;
  await recordSigning(audit, 'signed', reader, review);
  await drafts.drop(review);
  return { id, agency, kind, address: addressOf(agency, id) };
}

/**
 * Judged anew by the rules, the directory and the time of now: who has lost an office or a sponsor meanwhile is refused, and so is what asks
 * for an answer until a time that has passed. The draft stays then: it can be returned with that reason.
 */
async function sign(
  gateway: Gateway,
  draft: Draft,
  reader: Reader & { signedIn: true },
  request: Request,
): Promise<Answer> {
  const { codec, directory } = gateway;
  if (draft.state === 'RETURNED') throw new ProblemError('draft-returned');
  const today = directory.current();
  const agency = today.agencies.get(draft.agency);
  if (agency === undefined) throw new ProblemError('not-permitted', { violations: [signerMissing] });
  const now = Date.now();
  const { signer } = permitted(draft.event, { agency, directory: today, now });
  if (signer !== undefined && !maySign(reader, { ...draft, signer }, today))
    throw new ProblemError('not-permitted', { violations: [signerMissing] });
  const acceptWith = (thread?: Thread) =>
    accept(draft.event, {
      agency,
      codec,
      directory: today,
      now,
      fallbackId: draft.id,
      signedBy: reader.agency,
      ...(thread && { thread }),
    });
  const accepted = await acceptWhereItBelongs(gateway, request.headers.authorization, acceptWith);
  requireRead(gateway, accepted.event.record.partition);
  requireInTime(gateway, accepted);
  const author = draft.author === undefined ? agency : { ...agency, person: draft.author };
  await recordSigning(gateway.audit, 'signed', reader, draft);
  return published(gateway, author, accepted, request);
}
