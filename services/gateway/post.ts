import type { IncomingMessage, ServerResponse } from 'node:http';
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
import type { ActiveAgency } from '@puebla/schemas';
import { type Accepted, accept, maxEventBytes } from './accept.ts';
import { sendJson } from './answer.ts';
import { parseJson } from './body.ts';
import { type Gateway, publisherOf } from './context.ts';
import { fromBinary, type Mode, modeOf } from './modes.ts';
import type { Answer } from './receipt.ts';
import { type FallbackIds, fallbackIds } from './request.ts';
import { upload } from './upload.ts';

const maxBatchBytes = 4 * 1024 * 1024;
const maxBatchEvents = 1_000;

/** `POST /v1/events` in every content mode. */
export function createPost(gateway: Gateway): Handler {
  return (req, res) => {
    const fail = (error: unknown): void => answerError(error, res, gateway.log, gateway.metrics);
    const post = (mode: Mode, agency: ActiveAgency): void => {
      const ids = fallbackIds(agency, req);
      if (mode === 'lines') upload(gateway, agency, ids, req, res).catch(fail);
      else postWhole(gateway, mode, { agency, ids, req, res, fail });
    };
    const mode = modeOf(req.headers);
    const agency = publisherOf(gateway, req);
    if (agency instanceof Promise) agency.then((known) => post(mode, known)).catch(fail);
    else post(mode, agency);
  };
}

type WholeMode = Exclude<Mode, 'lines'>;

interface Post {
  readonly agency: ActiveAgency;
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
      else if (mode === 'binary')
        postOne(gateway, post, acceptInput(gateway, post, fromBinary(req.headers, body), 0));
      else postStructured(gateway, post, body);
    } catch (error) {
      fail(error);
    }
  });
}

function postStructured(gateway: Gateway, post: Post, body: Buffer): void {
  const { agency, ids, req, fail } = post;
  const job = { agency: agency.id, now: Date.now(), ...traceOf(req.headers), fallbackId: ids(0) };
  gateway.pool.accept(job, body, (accepted) => {
    if (accepted instanceof Error) {
      fail(accepted);
      return;
    }
    try {
      postOne(gateway, post, accepted);
    } catch (error) {
      fail(error);
    }
  });
}

/** Throws ProblemError. */
function postOne(gateway: Gateway, { agency, res, fail }: Post, accepted: Accepted): void {
  publish(gateway, agency, accepted, (answer) => {
    if ('address' in answer) sendJson(res, 201, answer, ['Location', answer.address]);
    else fail(answer);
  });
}

/** An event that is parsed already. Throws ProblemError. */
function acceptInput(
  { codec, directory }: Gateway,
  { agency, ids, req }: Post,
  input: unknown,
  place: number,
): Accepted {
  return accept(input, {
    agency,
    codec,
    directory: directory.current(),
    now: Date.now(),
    ...traceOf(req.headers),
    fallbackId: ids(place),
  });
}

/** Takes an event to the log and makes its answer, without a promise where none is needed. Throws ProblemError, or tells it. */
function publish(
  { publisher, receipts, metrics }: Gateway,
  agency: ActiveAgency,
  { kind, event, id }: Accepted,
  done: (answer: Answer | ProblemError) => void,
): void {
  publisher.publish(event, kind, (outcome, again) => {
    if (outcome instanceof ProblemError) {
      done(outcome);
      return;
    }
    metrics.published.inc({ kind: kind.name });
    if (again) receipts.again(agency, id, outcome).then(done, (error: unknown) => done(asProblem(error)));
    else done(receipts.fresh(agency, id, outcome));
  });
}

async function postBatch(gateway: Gateway, post: Post, inputs: unknown): Promise<void> {
  if (!Array.isArray(inputs)) throw new ProblemError('bad-request', { detail: 'a batch is a JSON array' });
  if (inputs.length > maxBatchEvents) {
    throw new ProblemError('too-large', { detail: `at most ${maxBatchEvents} events a batch` });
  }
  const { agency, req, res } = post;
  const language = languageOf(req.headers['accept-language']);
  let retryAfterSeconds = 0;
  const refusal = (error: unknown) => {
    const problem = noteRefusal(error, req, gateway.log, gateway.metrics);
    retryAfterSeconds = Math.max(retryAfterSeconds, problem.details.retryAfterSeconds ?? 0);
    return { status: problem.status, problem: problemDocument(problem, language) };
  };
  const answers = await Promise.all(
    inputs.map(
      (input: unknown, index) =>
        new Promise<{ readonly status: number }>((resolve) => {
          try {
            publish(gateway, agency, acceptInput(gateway, post, input, index + 1), (answer) =>
              resolve('address' in answer ? { status: 201, ...answer } : refusal(answer)),
            );
          } catch (error) {
            resolve(refusal(error));
          }
        }),
    ),
  );
  const status = answers.every((answer) => answer.status === 201) ? 201 : 207;
  sendJson(res, status, answers, retryAfterSeconds === 0 ? [] : ['Retry-After', String(retryAfterSeconds)]);
}
