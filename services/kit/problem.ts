import type { ServerResponse } from 'node:http';
import type { KindName, Violation } from '@puebla/schemas';
import { RegistryUnavailableError } from './codec.ts';
import { KafkaError } from './kafka/errors.ts';
import type { Scope } from './scopes.ts';
import { sentAlways } from './sent-always.ts';
import { SignInError } from './sign-in.ts';

/**
 * Every refusal that the exchange answers, with its HTTP status and its title in the two languages of its users. The
 * code is the stable part of `type` (RFC 9457): programs may rely on it, texts may change.
 */
export const problems = {
  'bad-request': [400, 'The request is malformed', 'La solicitud está mal formada'],
  'bad-json': [400, 'The body is not JSON', 'El cuerpo no es JSON'],
  'token-required': [401, 'Sign in to do this', 'Inicie sesión para hacer esto'],
  'token-invalid': [401, 'The token is not valid', 'El token no es válido'],
  'token-expired': [401, 'The token has expired', 'El token ha vencido'],
  'agency-unknown': [401, 'The agency of the token is not known', 'La agencia del token no es conocida'],
  'person-unknown': [401, 'The person of the token is not known', 'La persona del token no es conocida'],
  'insufficient-scope': [403, 'The token is not for this use', 'El token no es para este uso'],
  'not-permitted': [403, 'The rules do not let you do this', 'Las reglas no le permiten hacer esto'],
  'not-found': [404, 'There is nothing here for you', 'Aquí no hay nada para usted'],
  'method-not-allowed': [
    405,
    'This address does not take that method',
    'Esta dirección no acepta ese método',
  ],
  'request-timeout': [408, 'The body did not arrive in time', 'El cuerpo no llegó a tiempo'],
  'id-conflict': [
    409,
    'This id was used within 24 hours with another body',
    'Este id se usó en las últimas 24 horas con otro cuerpo',
  ],
  recalled: [409, 'This event was taken back', 'Este evento fue retirado'],
  'draft-returned': [
    409,
    'It came back with a reason: its author sends it again before it is signed',
    'Fue devuelto con un motivo: su autor lo envía de nuevo antes de que se firme',
  ],
  'draft-changed': [
    409,
    'It was sent again since you read it: read it anew',
    'Se envió de nuevo desde que lo leyó: léalo otra vez',
  ],
  'dead-settled': [409, 'This letter was settled before', 'Esta carta ya fue resuelta'],
  'dead-attempts': [
    409,
    'It was redriven three times, and was poison each time',
    'Se reenvió tres veces y falló cada vez',
  ],
  'dead-twin': [
    409,
    'The same event stands earlier in its lane: redrive that one',
    'El mismo evento está antes en su carril: reenvíe ese',
  ],
  'dead-left-out': [
    409,
    'The letter does not hold the value, which was too large: it cannot be redriven',
    'La carta no contiene el valor, que era demasiado grande: no se puede reenviar',
  ],
  'too-large': [413, 'The event is too large', 'El evento es demasiado grande'],
  'media-type': [415, 'This media type is not taken here', 'Este tipo de contenido no se acepta aquí'],
  invalid: [422, 'The event breaks the contract', 'El evento no cumple el contrato'],
  'dead-poison': [422, 'It would be poison again', 'Volvería a fallar'],
  overloaded: [429, 'Too much at once; try again later', 'Demasiado a la vez; intente más tarde'],
  'headers-too-large': [431, 'The headers are too large', 'Los encabezados son demasiado grandes'],
  internal: [500, 'Something went wrong on our side', 'Algo falló de nuestro lado'],
  unavailable: [503, 'Not available now; try again later', 'No disponible ahora; intente más tarde'],
  'outcome-unknown': [
    503,
    'It is not known yet whether the event was kept; ask again with the same id',
    'Aún no se sabe si el evento se guardó; pregunte de nuevo con el mismo id',
  ],
  'dead-outcome-unknown': [
    503,
    'It is not known yet whether it was written; ask again: it is not written twice',
    'Aún no se sabe si se escribió; pregunte de nuevo: no se escribe dos veces',
  ],
  'sign-in-unavailable': [503, 'Tokens cannot be checked now', 'No se pueden comprobar tokens ahora'],
} as const satisfies Record<string, readonly [number, string, string]>;

export type ProblemCode = keyof typeof problems;

export interface ProblemDetails {
  readonly detail?: string;
  readonly violations?: readonly Violation[];
  /** Of the event that is refused, for the audit: it is not answered. */
  readonly kind?: KindName;
  readonly retryAfterSeconds?: number;
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Thrown by services, answered as problem+json in one place. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? problems[code][1]);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return problems[this.code][0];
  }
}

/** The document of RFC 9457, in the language asked for. */
export function problemDocument(error: ProblemError, language: 'en' | 'es' = 'en'): Record<string, unknown> {
  const [status, en, es] = problems[error.code];
  const { detail, violations, members } = error.details;
  return {
    type: `urn:puebla:problem:${error.code}`,
    title: language === 'es' ? es : en,
    status,
    code: error.code,
    ...(detail === undefined ? {} : { detail }),
    ...(violations === undefined ? {} : { violations }),
    ...members,
  };
}

/** A dependency that does not answer is given this long before a client asks again. */
const dependencyRetrySeconds = 2;

/** Any error as a problem: what is not ours becomes `internal`, without its text. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof SignInError) {
    const waits = error.status === 503 ? { retryAfterSeconds: dependencyRetrySeconds } : {};
    const lacks = error.scope === undefined ? {} : { headers: { 'WWW-Authenticate': lacking(error.scope) } };
    return new ProblemError(error.code, { detail: error.message, ...waits, ...lacks });
  }
  if (error instanceof KafkaError || error instanceof RegistryUnavailableError) {
    return new ProblemError('unavailable', { retryAfterSeconds: dependencyRetrySeconds });
  }
  const ofBody = problemOfBody(error);
  if (ofBody !== undefined) return ofBody;
  // What Express itself refuses (a malformed percent-encoding, say) carries a 4xx status.
  if (error instanceof Error && 'status' in error && error.status === 400) {
    return new ProblemError('bad-request');
  }
  return new ProblemError('internal');
}

/** What Express's parsers of bodies refuse, by the `type` of their errors. */
function problemOfBody(error: unknown): ProblemError | undefined {
  if (!(error instanceof Error) || !('type' in error)) return undefined;
  switch (error.type) {
    case 'entity.parse.failed':
      return new ProblemError('bad-json');
    case 'entity.too.large':
      return new ProblemError(
        'too-large',
        'limit' in error ? { detail: `at most ${error.limit} bytes` } : {},
      );
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new ProblemError('media-type', { detail: 'accepted: UTF-8, without Content-Encoding' });
    default:
      return String(error.type).startsWith('entity.') ? new ProblemError('bad-request') : undefined;
  }
}

export function languageOf(acceptLanguage: string | undefined): 'en' | 'es' {
  return acceptLanguage?.trim().toLowerCase().startsWith('es') ? 'es' : 'en';
}

/** RFC 6750, 3: a request without a token is told the scheme alone, a token that is not taken is told so. */
const challengeOf = (code: ProblemCode): string =>
  code === 'token-required' ? 'Bearer realm="puebla"' : 'Bearer realm="puebla", error="invalid_token"';

/** RFC 6750, 3.1: which scope the token would have to have. */
const lacking = (scope: Scope): string =>
  `Bearer realm="puebla", error="insufficient_scope", scope="${scope}"`;

/** The headers and the body of a problem's answer, `Content-Length` included. */
export function problemAnswer(
  error: ProblemError,
  language: 'en' | 'es' = 'en',
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = JSON.stringify(problemDocument(error, language));
  const { retryAfterSeconds, headers } = error.details;
  return {
    body,
    headers: {
      'Content-Type': 'application/problem+json',
      ...sentAlways,
      'Content-Language': language,
      'Cache-Control': 'no-store',
      'Content-Length': String(Buffer.byteLength(body)),
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(error.status === 401 ? { 'WWW-Authenticate': challengeOf(error.code) } : {}),
      ...headers,
    },
  };
}

/** Answers with a problem; ends the connection when an answer has begun. */
export function sendProblem(res: ServerResponse, error: ProblemError): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { headers, body } = problemAnswer(error, languageOf(res.req.headers['accept-language']));
  res.statusCode = error.status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.end(body);
}
