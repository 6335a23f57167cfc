import { Agent, type IncomingMessage, request as overHttp, type ServerResponse } from 'node:http';
import { request as overTls, Agent as TlsAgent } from 'node:https';
import { pipeline } from 'node:stream';
import { type Log, ProblemError, sendProblem } from '@puebla/kit';

export interface ForwardOptions {
  readonly exchangeUrl: () => string;
  readonly log: Log;
}

/** @param path below the exchange's address, with its query @param token whose request it is; undefined: nobody's */
export type Forward = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  token: string | undefined,
) => void;

/** What of a request the exchange may know; never a cookie. */
const passedOn = [
  'accept',
  'accept-language',
  'content-type',
  'content-length',
  'if-none-match',
  'last-event-id',
  'traceparent',
] as const;
/** What of an answer the browser may know. */
const passedBack = [
  'content-type',
  'content-length',
  'etag',
  'retry-after',
  'location',
  'allow',
  'vary',
] as const;
/** The exchange answers everything within this, or begins to. */
const answerWithinMs = 60_000;

/** Hands a request on to the exchange, and its answer back, piece by piece: a stream is a stream here too. */
export function createForward({ exchangeUrl, log }: ForwardOptions): Forward {
  const plain = new Agent({ keepAlive: true });
  const tls = new TlsAgent({ keepAlive: true });
  return (request, response, path, token) => {
    const to = new URL(path, exchangeUrl());
    const headers = picked(request, passedOn);
    // A page asks: whoever is on this machine is an operator without a token, and nobody is who asks through here.
    headers['origin'] = to.origin;
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    const options = { method: request.method, headers };
    const asked =
      to.protocol === 'https:'
        ? overTls(to, { ...options, agent: tls })
        : overHttp(to, { ...options, agent: plain });
    asked.setTimeout(answerWithinMs, () => asked.destroy(new Error('no answer in time')));
    asked.once('response', (answer) => {
      asked.setTimeout(0);
      // Whatever it is may be taken back: no copy of it stays with the browser.
      response.writeHead(answer.statusCode ?? 502, {
        ...picked(answer, passedBack),
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      });
      response.flushHeaders();
      pipeline(answer, response, () => {});
    });
    asked.once('error', (error) => {
      if (response.destroyed) return;
      log.debug({ err: error }, 'the exchange does not answer the console');
      if (response.headersSent) response.destroy();
      else sendProblem(response, new ProblemError('unavailable', { retryAfterSeconds: 2 }));
    });
    response.once('close', () => asked.destroy());
    pipeline(request, asked, () => {});
  };
}

function picked(message: IncomingMessage, names: readonly string[]): Record<string, string> {
  const of = (name: string) => {
    const value = message.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  };
  return Object.fromEntries(names.flatMap(of));
}
