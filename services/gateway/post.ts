import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  answerError,
  asProblem,
  type Handler,
  languageOf,
  noteRefusal,
  ProblemError,
  problemDocument,
  traceOf,
} from '@puebla/kit';
import { type Accepted, accept, maxEventBytes, type Thread, ThreadNeeded } from './accept.ts';
import { acceptJob } from './accept-job.ts';
import { sendJson } from './answer.ts';
import { createRefusals } from './audited.ts';
import { parseJson } from './body.ts';
import { type Author, type Gateway, publisherOf } from './context.ts';
import { acceptInThread, acceptWhereItBelongs } from './in-thread.ts';
import { requireInTime } from './in-time.ts';
import { fromBinary, type Mode, modeOf } from './modes.ts';
import { publish } from './publish.ts';
import type { Answer } from './receipt.ts';
import { type FallbackIds, fallbackIds } from './request.ts';
import { holdForSignature, publishForReview } from './second-person.ts';
import { requireUnsigned } from './unsigned.ts';
import { upload } from './upload.ts';

const maxBatchBytes = 4 * 1024 * 1024;
const maxBatchEvents = 1_000;
/** A batch is accepted in this thread: others wait no longer than this for their turn. */
const sliceMs = 10;

/** `POST /v1/events` in every content mode. */
export function createPost(gateway: Gateway): Handler {
  return (req, res) => {
    const { audit, log, metrics } = gateway;
    const post = (mode: Mode, agency: Author): void => {
      const fail = (error: unknown): void => {
        const refusals = createRefusals(audit, agency);
        refusals.add(asProblem(error));
        refusals.tell();
        answerError(error, res, log, metrics);
      };
      try {
        const ids = fallbackIds(agency, req);
        if (mode === 'lines') upload(gateway, agency, ids, req, res).catch(fail);
        else postWhole(gateway, mode, { agency, ids, req, res, fail });
      } catch (error) {
        fail(error);
      }
    };
    const mode = modeOf(req.headers);
    const agency = publisherOf(gateway, req);
    if (agency instanceof Promise)
      agency.then((known) => post(mode, known)).catch((error) => answerError(error, res, log, metrics));
    else post(mode, agency);
  };
}

type WholeMode = Exclude<Mode, 'lines'>;

interface Post {
  readonly agency: Author;
  readonly ids: FallbackIds;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly fail: (error: unknown) => void;
}

function postWhole(gateway: Gateway, mode: WholeMode, post: Post): void {
  const { req, fail } = post;
  gateway.bodies.read(req, mode === 'batch' ? maxBatchBytes : maxEventBytes, (body) => {
    if (body instanceof ProblemError) {
      fail(body);
      return;
    }
    try {
      if (mode === 'batch') postBatch(gateway, post, parseJson(body)).catch(fail);
      else if (mode === 'binary') postInput(gateway, post, fromBinary(req.headers, body));
      else postStructured(gateway, post, body);
    } catch (error) {
      fail(error);
    }
  });
}

function postStructured(gateway: Gateway, post: Post, body: Buffer): void {
  const { agency, ids, req, fail } = post;
  const job = { agency: agency.id, now: Date.now(), ...traceOf(req.headers), fallbackId: ids(0) };
  const sent = (): unknown => parseJson(body);
  gateway.pool.accept(job, body, (accepted) => {
    try {
      if (accepted instanceof ThreadNeeded) {
        postInThread(gateway, post, accepted, sent, (thread) =>
          acceptJob(job, body, gateway.codec, gateway.directory.current(), thread),
        );
      } else if (accepted instanceof Error) fail(accepted);
      else postOne(gateway, post, accepted, sent);
    } catch (error) {
      fail(error);
    }
  });
}

function postInThread(
  gateway: Gateway,
  post: Post,
  needed: ThreadNeeded,
  sent: () => unknown,
  acceptWith: (thread: Thread) => Accepted,
): void {
  acceptInThread(gateway, needed, post.req.headers.authorization, acceptWith)
    .then((accepted) => postOne(gateway, post, accepted, sent))
    .catch(post.fail);
}

/** Throws ProblemError. */
function postOne(gateway: Gateway, post: Post, accepted: Accepted, sent: () => unknown): void {
  const { agency, req, res, fail } = post;
  const { signer, reviewer } = accepted;
  requireInTime(gateway, accepted);
  const tell = (answer: Answer | ProblemError): void => {
    if ('address' in answer) sendJson(res, 201, answer, ['Location', answer.address]);
    else fail(answer);
  };
  if (signer !== undefined && !gateway.publisher.knows(accepted.event)) {
    holdForSignature(gateway, agency, accepted, signer, sent())
      .then((answer) => {
        if (answer !== undefined) sendJson(res, 202, answer, ['Location', answer.draft]);
        else publish(gateway, agency, accepted, req, tell);
      })
      .catch(fail);
    return;
  }
  if (reviewer === undefined) publish(gateway, agency, accepted, req, tell);
  else publishForReview(gateway, agency, accepted, reviewer, req).then(tell, fail);
}

/** Throws ProblemError. */
function postInput(gateway: Gateway, post: Post, input: unknown): void {
  const accepting = acceptWhereItBelongs(gateway, post.req.headers.authorization, (thread) =>
    acceptInput(gateway, post, input, 0, thread),
  );
  const send = (accepted: Accepted): void => postOne(gateway, post, accepted, () => input);
  if (accepting instanceof Promise) accepting.then(send).catch(post.fail);
  else send(accepting);
}

/** An event that is parsed already. Throws ProblemError, ThreadNeeded. */
function acceptInput(
  { codec, directory }: Gateway,
  { agency, ids, req }: Post,
  input: unknown,
  place: number,
  thread?: Thread,
): Accepted {
  return accept(input, {
    agency,
    codec,
    directory: directory.current(),
    now: Date.now(),
    ...traceOf(req.headers),
    fallbackId: ids(place),
    ...(thread && { thread }),
  });
}

async function postBatch(gateway: Gateway, post: Post, inputs: unknown): Promise<void> {
  if (!Array.isArray(inputs)) throw new ProblemError('bad-request', { detail: 'a batch is a JSON array' });
  if (inputs.length > maxBatchEvents) {
    throw new ProblemError('too-large', { detail: `at most ${maxBatchEvents} events a batch` });
  }
  const { agency, req, res } = post;
  const language = languageOf(req.headers['accept-language']);
  const refusals = createRefusals(gateway.audit, agency);
  let retryAfterSeconds = 0;
  const refusal = (error: unknown) => {
    const problem = noteRefusal(error, req, gateway.log, gateway.metrics);
    refusals.add(problem);
    retryAfterSeconds = Math.max(retryAfterSeconds, problem.details.retryAfterSeconds ?? 0);
    return { status: problem.status, problem: problemDocument(problem, language) };
  };
  const answers: Promise<{ readonly status: number }>[] = [];
  /** Those that go on with threads, one after the other: a newer version must not overtake an older one. */
  let turn: Promise<unknown> = Promise.resolve();
  let until = performance.now() + sliceMs;
  for (const [index, input] of inputs.entries()) {
    if (performance.now() > until) {
      // Others have their turn.
      await nextTurn();
      until = performance.now() + sliceMs;
    }
    const acceptWith = (thread?: Thread): Accepted => acceptInput(gateway, post, input, index + 1, thread);
    const send = (accepted: Accepted): Promise<{ readonly status: number }> =>
      new Promise((resolve) => {
        requireUnsigned(gateway, accepted);
        requireInTime(gateway, accepted);
        publish(gateway, agency, accepted, req, (answer) =>
          resolve('address' in answer ? { status: 201, ...answer } : refusal(answer)),
        );
      });
    try {
      answers.push(send(acceptWith()).catch(refusal));
    } catch (error) {
      if (!(error instanceof ThreadNeeded)) answers.push(Promise.resolve(refusal(error)));
      else {
        const inTurn = turn
          .then(() => acceptInThread(gateway, error, req.headers.authorization, acceptWith))
          .then(send)
          .catch(refusal);
        turn = inTurn;
        answers.push(inTurn);
      }
    }
  }
  const told = await Promise.all(answers);
  refusals.tell();
  const status = told.every((answer) => answer.status === 201) ? 201 : 207;
  sendJson(res, status, told, retryAfterSeconds === 0 ? [] : ['Retry-After', String(retryAfterSeconds)]);
}
