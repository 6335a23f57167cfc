import type { Cli } from './cli.ts';
import { CliError, type ExitName } from './exit-codes.ts';
import { acceptLanguage, t } from './language.ts';
import { plainText, someOf } from './plain-text.ts';

/** A refusal as the exchange tells it (RFC 9457). */
export interface Problem {
  readonly status?: number;
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly violations?: readonly ProblemViolation[];
}

interface ProblemViolation {
  readonly pointer: string;
  readonly rule: string;
  readonly message: string;
  readonly name?: string;
  readonly allowed?: readonly string[];
}

/** An answer that is not what was asked for. */
export class RefusedRequest extends CliError {
  readonly status: number;
  readonly problem: Problem;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, problem: Problem, retryAfterMs?: number) {
    super(exitOf(status), problemText(problem, status));
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

function exitOf(status: number): ExitName {
  if (status === 400) return 'usage';
  if (status === 401 || status === 403) return 'notPermitted';
  if (status === 404) return 'notFound';
  if (isTransient(status)) return 'unreachable';
  return [409, 413, 415, 422].includes(status) ? 'refused' : 'failed';
}

/** Statuses that pass by themselves: overload, and what is behind a proxy or the gateway being away. */
export const isTransient = (status: number): boolean => [429, 502, 503, 504].includes(status);

/** One line: what was wrong, and where. */
export function problemText(problem: Problem, status = problem.status): string {
  const what = problem.title ?? t(`the exchange answered ${status}`, `el intercambio respondió ${status}`);
  const where = (problem.violations ?? []).map(
    ({ pointer, rule, message, name, allowed }) =>
      `${pointer || '/'}${name === undefined ? '' : ` ${name}:`} ${message} (${rule}${allowed && allowed.length > 0 ? `; ${t('allowed', 'se admite')}: ${someOf(allowed)}` : ''})`,
  );
  return plainText([what, ...(problem.detail ? [problem.detail] : []), ...where].join(': '));
}

/** Longest wait that a server may ask of us; a larger Retry-After is cut to it. */
const maxRetryAfterMs = 30_000;

export function retryAfterMs(header: string | null | undefined): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, maxRetryAfterMs) : undefined;
}

/**
 * Sends one request; answers with a response that is 2xx.
 * @throws RefusedRequest for any other answer; CliError `unreachable` when there is none
 */
export async function request(cli: Cli, url: URL, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('accept-language', acceptLanguage);
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers, signal: init.signal ?? cli.signal });
  } catch (error) {
    throw unreachable(url, error);
  }
  if (response.ok) return response;
  const problem = asProblem(await response.text().catch(() => ''));
  throw new RefusedRequest(response.status, problem, retryAfterMs(response.headers.get('retry-after')));
}

/** A body that should be a problem; what a proxy says instead is not repeated. */
export function asProblem(body: string): Problem {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Codes of a connection that nobody took: that there is no exchange at that address. */
const noListener: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

/** A failed connection as one line that says what to do; an abort is passed on as it is. */
export function unreachable({ origin }: URL, error: unknown): unknown {
  if (!Error.isError(error) || error.name === 'AbortError') return error;
  const cause = Error.isError(error.cause) ? error.cause : error;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  const why = code ?? (error.name === 'TimeoutError' ? t('not in time', 'no a tiempo') : cause.message);
  const message =
    code !== undefined && noListener.has(code)
      ? t(
          `nothing answers at ${origin} (${why}): is the exchange running? Start it with npm start`,
          `nada responde en ${origin} (${why}): ¿está en marcha el intercambio? Inícielo con npm start`,
        )
      : t(
          `no whole answer from ${origin} (${why}): it is busy, or something is stuck; try again, or see puebla doctor`,
          `sin respuesta completa de ${origin} (${why}): está ocupado, o algo está detenido; intente de nuevo, o vea puebla doctor`,
        );
  return new CliError('unreachable', message, { cause: error });
}

/** Throws when nothing answers: work that would be tried again for a while is not begun. */
export async function requireAnswer(cli: Cli, url: URL): Promise<void> {
  await (await request(cli, new URL('/livez', url))).body?.cancel();
}
