import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  answerError,
  type Handler,
  languageOf,
  noteRefusal,
  ProblemError,
  problemDocument,
  traceparentOf,
} from '@puebla/kit';
import type { Agency } from '@puebla/schemas';
import { accept, maxEventBytes } from './accept.ts';
import { parseJson } from './body.ts';
import { type Gateway, publisherOf } from './context.ts';
import { fromBinary, modeOf } from './modes.ts';
import type { Answer } from './receipt.ts';
import { type FallbackIds, fallbackIds } from './request.ts';
import { upload } from './upload.ts';

const maxBatchBytes = 4 * 1024 * 1024;
const maxBatchEvents = 1_000;

/** `POST /v1/events` in every content mode. */
export function createPost(gateway: Gateway): Handler {
  return (req, res) => {
    post(gateway, req, res).catch((error: unknown) => answerError(error, res, gateway.log, gateway.metrics));
  };
}

async function post(gateway: Gateway, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const mode = modeOf(req.headers);
  const agency = await publisherOf(gateway, req);
  const ids = fallbackIds(agency, req);
  if (mode === 'lines') return upload(gateway, agency, ids, req, res);
  const body = await gateway.bodies.read(req, mode === 'batch' ? maxBatchBytes : maxEventBytes);
  if (mode === 'batch') return postBatch(gateway, agency, ids, req, res, body);
  const input = mode === 'binary' ? fromBinary(req.headers, body) : parseJson(body);
  const answer = await publishOne(gateway, agency, req, input, ids(0));
  sendJson(res, 201, answer, { Location: answer.address });
}

/** Publishes one event of a request. Throws ProblemError. */
async function publishOne(
  gateway: Gateway,
  agency: Agency,
  req: IncomingMessage,
  input: unknown,
  fallbackId: (() => string) | undefined,
): Promise<Answer> {
  const { codec, publisher, receipts, metrics } = gateway;
  const { kind, event, id } = accept(input, {
    agency,
    codec,
    now: Date.now(),
    traceparent: traceparentOf(req.headers['traceparent']),
    fallbackId,
  });
  const outcome = publisher.publish(event, kind);
  const kept = outcome instanceof Promise ? await outcome : outcome;
  const answer = kept === outcome ? await receipts.again(agency, id, kept) : receipts.fresh(agency, id, kept);
  metrics.published.inc({ kind: kind.name });
  return answer;
}

async function postBatch(
  gateway: Gateway,
  agency: Agency,
  ids: FallbackIds,
  req: IncomingMessage,
  res: ServerResponse,
  body: Buffer,
): Promise<void> {
  const inputs = parseJson(body);
  if (!Array.isArray(inputs)) throw new ProblemError('bad-request', { detail: 'a batch is a JSON array' });
  if (inputs.length > maxBatchEvents) {
    throw new ProblemError('too-large', { detail: `at most ${maxBatchEvents} events a batch` });
  }
  const language = languageOf(req.headers['accept-language']);
  const answers = await Promise.all(
    inputs.map(async (input: unknown, index) => {
      try {
        return { status: 201, ...(await publishOne(gateway, agency, req, input, ids(index + 1))) };
      } catch (error) {
        const problem = noteRefusal(error, req, gateway.log, gateway.metrics);
        return { status: problem.status, problem: problemDocument(problem, language) };
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
