import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from '@puebla/kit';

export interface BodyLimits {
  /** A body must be whole within this: a client that drips bytes does not hold a slot (slow-loris). */
  readonly timeoutMs: number;
  /** Of all bodies that are being read; beyond it publishers are told 429 before memory grows. */
  readonly maxTotalBytes: number;
}

const defaults: BodyLimits = { timeoutMs: 10_000, maxTotalBytes: 256 * 1024 * 1024 };

/** A body in a hundred thousand tiny pieces would take a hundred times its bytes: joined as often as this many come. */
const maxPieces = 256;

/** Told once: the whole body, or why it cannot be had: too-large, request-timeout, bad-request, overloaded. */
type Done = (body: Buffer | ProblemError) => void;

export interface Bodies {
  /** Reads a whole body, bounded in bytes and in time. */
  read(req: IncomingMessage, maxBytes: number, done: Done): void;
}

export function createBodies(limits: Partial<BodyLimits> = {}): Bodies {
  const { timeoutMs, maxTotalBytes } = { ...defaults, ...limits };
  let totalBytes = 0;

  return {
    read(req, maxBytes, done) {
      if (Number(req.headers['content-length'] ?? 0) > maxBytes) {
        done(tooLarge(maxBytes));
        return;
      }
      let pieces: Buffer[] = [];
      let bytes = 0;
      let finished = false;
      const finish = (problem?: ProblemError): void => {
        if (finished) return;
        finished = true;
        clearTimeout(timer);
        totalBytes -= bytes;
        if (problem === undefined) {
          const [first] = pieces;
          done(pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, bytes));
        } else {
          // What is still to come is thrown away while the client takes its answer.
          pieces = [];
          done(problem);
        }
      };
      const onData = (piece: Buffer): void => {
        if (finished) return;
        bytes += piece.length;
        totalBytes += piece.length;
        if (bytes > maxBytes) finish(tooLarge(maxBytes));
        else if (totalBytes > maxTotalBytes) finish(new ProblemError('overloaded', { retryAfterSeconds: 1 }));
        else pieces.push(piece);
        if (pieces.length > maxPieces) pieces = [Buffer.concat(pieces, bytes)];
      };
      const onEnd = (): void => finish();
      /** Comes after every request: an error is made only for one whose body was not whole. */
      const onClose = (): void => {
        if (!finished) finish(new ProblemError('bad-request', { detail: 'the body was cut off' }));
      };
      const timer = setTimeout(() => finish(new ProblemError('request-timeout')), timeoutMs);
      req.on('data', onData).on('end', onEnd).on('close', onClose);
    },
  };
}

/**
 * JSON in UTF-8, or ProblemError bad-json. Bytes of another encoding are refused, not replaced: an event is kept as it was
 * meant or not at all. The parser's message is not passed on, it quotes the body.
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new ProblemError('bad-json', { detail: 'JSON is sent in UTF-8' });
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ProblemError('bad-json');
  }
}

const backslash = 0x5c;
const del = 0x7f;
/** First byte of U+F000 to U+FFFF in UTF-8, among them the two that no text may hold. */
const lastOfThePlane = 0xef;

/**
 * Whether JSON that `parseJson` took can hold no character that the contract refuses in texts: without escapes there are no
 * control characters and no halves of pairs. Three searches through the bytes instead of one through every text.
 */
export function isPlain(bytes: Buffer): boolean {
  return !bytes.includes(backslash) && !bytes.includes(del) && !bytes.includes(lastOfThePlane);
}

function tooLarge(maxBytes: number): ProblemError {
  return new ProblemError('too-large', { detail: `at most ${maxBytes} bytes` });
}
