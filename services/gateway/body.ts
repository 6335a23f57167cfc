import type { IncomingMessage } from 'node:http';
import { ProblemError } from '@puebla/kit';

/** A body must be whole within this: a client that drips bytes does not hold a slot (slow-loris). */
const bodyTimeoutMs = 10_000;

/** The whole body, bounded in bytes and in time. Rejects with ProblemError: too-large, request-timeout, bad-request. */
export function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => finish(new ProblemError('request-timeout')), bodyTimeoutMs);
    const finish = (problem?: ProblemError): void => {
      clearTimeout(timer);
      req.off('data', onData).off('end', onEnd).off('close', onClose);
      if (problem === undefined) {
        resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes));
      } else {
        req.pause();
        reject(problem);
      }
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) finish(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    const onEnd = (): void => finish();
    const onClose = (): void => finish(new ProblemError('bad-request', { detail: 'the body was cut off' }));
    req.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/** JSON, or ProblemError bad-json; the parser's message is not passed on, it quotes the body. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError('bad-json');
  }
}

function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError('too-large', { detail: `at most ${maxBytes} bytes` });
}
