import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TokenSource } from './credentials.ts';
import { CliError } from './exit-codes.ts';
import { acceptLanguage, t } from './language.ts';
import { linesOf } from './lines.ts';
import {
  asProblem,
  isTransient,
  type Problem,
  RefusedRequest,
  retryAfterMs,
  unreachable,
} from './request.ts';
import { retrying } from './retry.ts';

/** What became of one event. */
export type Outcome =
  | { readonly kept: true; readonly id?: string; readonly address?: string; readonly receipt?: string }
  | { readonly kept: false; readonly status: number; readonly problem: Problem };

export interface Upload {
  /** Base address of the exchange. */
  readonly url: URL;
  readonly token: TokenSource;
  /** One CloudEvent each, as JSON without line breaks, each with an id: so that sending it twice keeps it once. */
  readonly lines: readonly string[];
  /** Ask for an address and a receipt of each event. */
  readonly receipts: boolean;
  readonly signal: AbortSignal;
  /** Attempts in a row that may settle nothing before it is given up. */
  readonly retries?: number;
  /** How many lines are settled by now. */
  readonly onProgress?: (settled: number) => void;
  readonly onWait?: (error: Error, delayMs: number) => void;
}

/** About half a minute. */
const defaultRetries = 8;
/** The exchange answers at least every 100 ms while it works; a silence of this is a connection that is dead. */
const silenceMs = 30_000;

/**
 * Sends events as one NDJSON request and reads the answers while sending (`POST /v1/events`). What is open when a
 * request ends (a cut connection, `{"status":503,"from":N}`, a line answered 429 or 503) is sent again.
 *
 * @returns the outcome of each line, in their order
 * @throws RefusedRequest when the request as a whole is refused; CliError `unreachable` when it is given up
 */
export async function upload(options: Upload): Promise<readonly Outcome[]> {
  const { lines, signal, onWait, onProgress, retries = defaultRetries } = options;
  const outcomes = new Map<number, Outcome>();
  const settle = (index: number, outcome: Outcome): void => {
    outcomes.set(index, outcome);
    onProgress?.(outcomes.size);
  };
  // Resolves when something was settled: what is open then is a new matter, with all its attempts.
  const attempt = async (): Promise<void> => {
    const before = outcomes.size;
    const sent = lines.flatMap((_, index) => (outcomes.has(index) ? [] : [index]));
    const failure: unknown = await sendOnce(options, sent, settle).catch((error: unknown) => error);
    if (failure !== undefined && !mayPass(failure)) throw failure;
    if (outcomes.size === before)
      throw (
        failure ??
        unreachable(
          options.url,
          new Error(t('the answer ended early', 'la respuesta terminó antes de tiempo')),
        )
      );
  };
  while (outcomes.size < lines.length) {
    await retrying(attempt, { retries, signal, ...(onWait && { onWait }) });
  }
  return lines.flatMap((_, index) => outcomes.get(index) ?? []);
}

const mayPass = (error: unknown): boolean => error instanceof CliError && error.exit === 'unreachable';
type Settle = (index: number, outcome: Outcome) => void;

/** One request with the lines whose indexes are given; settles each as its outcome is told. */
async function sendOnce(options: Upload, sent: readonly number[], settle: Settle): Promise<void> {
  const { url, lines, signal } = options;
  const target = new URL(options.receipts ? '/v1/events?receipts=true' : '/v1/events', url);
  const outgoing = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await options.token()}`,
      'content-type': 'application/x-ndjson',
      accept: 'application/x-ndjson',
      'accept-language': acceptLanguage,
    },
    signal,
    timeout: silenceMs,
  });
  outgoing.on('timeout', () =>
    outgoing.destroy(new Error(t('no answer for 30 seconds', 'sin respuesta en 30 segundos'))),
  );
  // Listened to before the body is written: an exchange that answers early does so while we are still sending.
  const answered = once(outgoing, 'response').then(([response]: IncomingMessage[]) => response);
  answered.catch(() => {});
  const failed = new Promise<never>((_, reject) => outgoing.once('error', reject));
  failed.catch(() => {});

  const bodies = Readable.from(sent.map((index) => `${lines[index]}\n`));
  // Its failure is that of the request, which `failed` tells; a body that is not wanted any more is none.
  pipeline(bodies, outgoing).catch(() => {});

  try {
    const response = await Promise.race([answered, failed]);
    if (response === undefined) throw new Error('no answer');
    if (Math.floor((response.statusCode ?? 0) / 100) !== 2) throw await refusalOf(response);
    const take = answerReader(sent, settle);
    for await (const { text } of linesOf(response.setEncoding('utf8'))) take(text);
  } catch (error) {
    if (error instanceof RefusedRequest || signal.aborted) throw error;
    throw unreachable(url, error);
  } finally {
    outgoing.destroy();
  }
}

async function refusalOf(response: IncomingMessage): Promise<RefusedRequest> {
  const body = (await Array.fromAsync<string>(response.setEncoding('utf8'))).join('');
  return new RefusedRequest(
    response.statusCode ?? 0,
    asProblem(body),
    retryAfterMs(response.headers['retry-after']),
  );
}

interface Answer {
  readonly through?: number;
  readonly line?: number;
  readonly status?: number;
  readonly from?: number;
  readonly problem?: Problem;
  readonly id?: string;
  readonly address?: string;
  readonly receipt?: string;
}

/** Reads one answer line after the other. Line numbers count the lines of this request, from 1. */
function answerReader(sent: readonly number[], settle: Settle): (text: string) => void {
  let through = 0;
  /** Lines with an answer of their own: `through` says nothing new about them. */
  const told = new Set<number>();
  return (text) => {
    if (text.trim() === '') return;
    const answer: Answer = JSON.parse(text);
    const { line, status, problem = {}, id, address, receipt } = answer;
    const index = line === undefined ? undefined : sent[line - 1];
    if (index !== undefined && status !== undefined) {
      told.add(index);
      if (status < 400)
        settle(index, {
          kept: true,
          ...(id && { id }),
          ...(address && { address }),
          ...(receipt && { receipt }),
        });
      else if (!isTransient(status)) settle(index, { kept: false, status, problem });
    }
    for (; through < Math.min(answer.through ?? 0, sent.length); through += 1) {
      const covered = sent[through];
      if (covered !== undefined && !told.has(covered)) settle(covered, { kept: true });
    }
  };
}
