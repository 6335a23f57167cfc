import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ProblemCode, ProblemError, problemAnswer, sendProblem } from './problem.ts';

/** What Node's parser says of bytes that are no request; anything else is `bad-request`. */
const codes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

const statusTexts: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/**
 * Answers bytes that never became a request (broken, too large, too slow) as a problem, and ends the connection.
 * @param current the answer under way on this connection, if any: it is not written into
 * @returns the problem that was answered; undefined when nothing could be said
 */
export function answerUnparsed(
  error: Error,
  socket: Duplex,
  current: ServerResponse | undefined,
  lingerMs: number,
): ProblemError | undefined {
  // The parser tells again of every further piece.
  if (socket.writableEnded || socket.destroyed) return undefined;
  if (!socket.writable || ('code' in error && error.code === 'ECONNRESET')) {
    socket.destroy();
    return undefined;
  }
  if (current !== undefined && !current.writableFinished) {
    // An event of a whole request is being kept: its publisher is told so, and then the connection ends.
    if (current.req.complete) endAfter(current, socket);
    else if (current.headersSent) socket.destroy();
    else return refuseBody(current);
    return undefined;
  }
  const code = 'code' in error && typeof error.code === 'string' ? codes[error.code] : undefined;
  const problem = new ProblemError(code ?? 'bad-request');
  endWithProblem(socket, problem, lingerMs);
  return problem;
}

function endAfter(current: ServerResponse, socket: Duplex): void {
  if (current.headersSent) current.once('finish', () => socket.destroy());
  else current.shouldKeepAlive = false;
}

/** Of a request whose body is broken (its chunks), whoever waits for that body. */
function refuseBody(current: ServerResponse): ProblemError {
  const problem = new ProblemError('bad-request');
  current.shouldKeepAlive = false;
  sendProblem(current, problem);
  return problem;
}

/** Writes a whole answer to a bare connection and ends it; what still comes is read and thrown away for a while. */
export function endWithProblem(socket: Duplex, problem: ProblemError, lingerMs: number): void {
  const { headers, body } = problemAnswer(problem);
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const status = `HTTP/1.1 ${problem.status} ${statusTexts[problem.status] ?? ''}`;
  socket.end(`${[status, ...lines].join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
