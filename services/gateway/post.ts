import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerError, asProblem, type Handler, ProblemError, problemDocument } from '@puebla/kit';
import type { Agency } from '@puebla/schemas';
import { accept, maxEventBytes, traceparentOf } from './accept.ts';
import { parseJson, readBody } from './body.ts';
import { type Gateway, publisherOf } from './context.ts';
import { fromBinary, modeOf } from './modes.ts';
import type { Answer } from './receipt.ts';
import { fallbackId } from './request.ts';
import { upload } from './upload.ts';

const endsConnection = new Set(['too-large', 'request-timeout']);
const maxBatchBytes = 4 * 1024 * 1024;
const maxBatchEvents = 1_000;

/** `POST /v1/events` in every content mode. */
export function createPost(gateway: Gateway): Handler {
  return (req, res) => {
    post(gateway, req, res).catch((error: unknown) => {
      // What is left of such a body is not worth reading: the connection ends with the answer.
      if (!req.complete && endsConnection.has(asProblem(error).code)) res.setHeader('Connection', 'close');
      answerError(error, res, gateway.log, gateway.metrics);
    });
  };
}

async function post(gateway: Gateway, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const mode = modeOf(req.headers);
  const agency = await publisherOf(gateway, req);
  if (mode === 'lines') return upload(gateway, agency, req, res);
  const body = await readBody(req, mode === 'batch' ? maxBatchBytes : maxEventBytes);
  const text = body.toString('utf8');
  if (mode === 'batch') return postBatch(gateway, agency, req, res, parseJson(text));
  const input = mode === 'binary' ? fromBinary(req.headers, text) : parseJson(text);
  const answer = await publishOne(gateway, agency, req, input, 0);
  sendJson(res, 201, answer, { Location: answer.address });
}

/** Publishes one event of a request. Throws ProblemError. */
async function publishOne(
  gateway: Gateway,
  agency: Agency,
  req: IncomingMessage,
  input: unknown,
  position: number,
): Promise<Answer> {
  const { codec, publisher, receipts, metrics } = gateway;
  const { kind, event, id } = accept(input, {
    agency,
    codec,
    now: Date.now(),
    traceparent: traceparentOf(req.headers['traceparent']),
    fallbackId: fallbackId(agency, req, position),
  });
  const outcome = publisher.publish(event, kind);
  const kept = outcome instanceof Promise ? await outcome : outcome;
  metrics.published.inc({ kind: kind.name });
  return kept === outcome ? receipts.again(agency, id, kept) : receipts.fresh(agency, id, kept);
}

async function postBatch(
  gateway: Gateway,
  agency: Agency,
  req: IncomingMessage,
  res: ServerResponse,
  inputs: unknown,
): Promise<void> {
  if (!Array.isArray(inputs)) throw new ProblemError('bad-request', { detail: 'a batch is a JSON array' });
  if (inputs.length > maxBatchEvents) {
    throw new ProblemError('too-large', { detail: `at most ${maxBatchEvents} events a batch` });
  }
  const answers = await Promise.all(
    inputs.map(async (input, index) => {
      try {
        return { status: 201, ...(await publishOne(gateway, agency, req, input, index + 1)) };
      } catch (error) {
        const problem = asProblem(error);
        gateway.metrics.refused.inc({ reason: problem.code });
        return { status: problem.status, problem: problemDocument(problem) };
      }
    }),
  );
  sendJson(res, answers.every(({ status }) => status === 201) ? 201 : 207, answers);
}

function sendJson(
  res: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify(value);
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'private, no-store',
    ...headers,
  });
  res.end(body);
}
