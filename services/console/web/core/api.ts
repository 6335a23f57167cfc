import type { Violation } from '@puebla/schemas';
import ky from 'ky';
import { sessionEnded } from './session-ended.ts';

/** A refusal of the exchange (RFC 9457), in the reader's language. */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly violations?: readonly Violation[];
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;
  /** Seconds to wait before asking again, where the exchange says it. */
  readonly retryAfter: number | undefined;
  constructor(problem: Problem, retryAfter?: number) {
    super(problem.title);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  /** What is there already (`If-None-Match`): 304 where it still stands. */
  readonly tag?: string | undefined;
  readonly language: string;
  readonly signal?: AbortSignal;
}

const withinMs = 30_000;

/** A read that is told when to come again (the library is behind, say) does so by itself; what is sent is never sent twice. */
const retry = { limit: 10, methods: ['get'], statusCodes: [429, 503], maxRetryAfter: 5_000 };

/**
 * Asks the exchange as whoever is signed in. @param path from `/v1` on
 * @throws ApiError what it refuses, and when it cannot be reached (`code` is `network`)
 */
async function ask(path: string, asked: Asked): Promise<Response> {
  const { method = 'GET', accept = 'application/json', contentType, body, tag, language, signal } = asked;
  let response: Response;
  try {
    response = await ky(`/console${path}`, {
      method,
      headers: {
        Accept: accept,
        'Accept-Language': language,
        ...(contentType !== undefined && { 'Content-Type': contentType }),
        ...(tag !== undefined && { 'If-None-Match': tag }),
      },
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
      cache: 'no-store',
      timeout: withinMs,
      retry,
      throwHttpErrors: false,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ code: 'network', status: 0, title: '' });
  }
  if (response.ok || response.status === 304) return response;
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const problem = await problemOf(response);
  if (response.status === 401) sessionEnded.value = true;
  throw new ApiError(problem, Number.isNaN(retryAfter) ? undefined : retryAfter);
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return { code: 'network', status: response.status, title: '' };
  }
}

/** For what is answered by something else than one JSON value, or by nothing. */
export async function askText(path: string, asked: Asked): Promise<string> {
  const response = await ask(path, asked);
  return response.text();
}

export async function askJson<Answer>(path: string, asked: Asked): Promise<Answer> {
  const response = await ask(path, asked);
  return (await response.json()) as Answer;
}

/** @returns what it is now, by which tag; undefined where it still is what has the tag that is asked with */
export async function askIfOther<Answer>(
  path: string,
  asked: Asked,
): Promise<{ readonly answer: Answer; readonly tag: string | undefined } | undefined> {
  const response = await ask(path, asked);
  if (response.status === 304) return undefined;
  return { answer: (await response.json()) as Answer, tag: response.headers.get('ETag') ?? undefined };
}
