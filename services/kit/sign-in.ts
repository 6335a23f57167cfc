import { hash } from 'node:crypto';
import {
  type AgencyId,
  anonymous,
  type Directory,
  type PersonId,
  type Reader,
  readerOf,
} from '@puebla/schemas';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { CurrentDirectory } from './directory.ts';

/**
 * Who is calling: rows 2 and 4 of `canRead`. No `Authorization` header is a reader who is not signed in; a
 * header that cannot be honoured is an error, never an anonymous reader.
 */

export type SignInCode =
  | 'token-invalid'
  | 'token-expired'
  | 'agency-unknown'
  | 'person-unknown'
  | 'sign-in-unavailable';

/** The call is refused. 401 says that the token is at fault; 503 that its issuer's keys cannot be had now. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly code: SignInCode;
  readonly status: 401 | 503;

  constructor(code: SignInCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = code === 'sign-in-unavailable' ? 503 : 401;
  }
}

export interface SignedCaller {
  readonly reader: Reader;
  /** Epoch milliseconds at which the token ends, and a stream with it; null for who is not signed in. */
  readonly expiresAt: number | null;
}

/** Whom a token names, and as whom the directory knew him when it was last looked at. */
interface Verified {
  readonly agency: AgencyId;
  readonly person: PersonId | undefined;
  readonly expiresAt: number;
  seenIn: Directory;
  caller: SignedCaller;
}

export interface VerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer's public keys are fetched from, or the keys themselves. */
  readonly jwks: URL | JSONWebKeySet;
  readonly directory: CurrentDirectory;
  /** Epoch milliseconds; for tests. */
  readonly now?: () => number;
}

export interface Verifier {
  /**
   * Answers at once for a token that was verified before, else by a promise: a hot route that can do without
   * a promise saves its cost.
   *
   * @param authorization the `Authorization` header as received, undefined when there is none
   * @param connection what the header came over: while it lives, the same header again is not even hashed
   * @throws SignInError, at once or as the promise's rejection
   */
  authenticate(authorization: string | undefined, connection?: object): SignedCaller | Promise<SignedCaller>;
}

/** Verified tokens remembered: some 300 bytes each, a few MB in all, whatever is thrown at the exchange. */
const rememberedTokens = 10_000;
/** Longer than any token of ours; bounds what an unknown caller can make us hash and parse. */
const maxTokenChars = 8_192;
/** For issuers whose clock is ahead of ours. It does not lengthen a token's life. */
const clockToleranceSeconds = 5;
const jwksTimeoutMs = 3_000;
/** A flood of tokens with unknown key ids asks the issuer no more often than this. */
const jwksCooldownMs = 30_000;

const notSignedIn: SignedCaller = { reader: anonymous, expiresAt: null };

/** Bearer tokens are `b64token` (RFC 6750, 2.1); the scheme's name is case-insensitive. */
const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** Checks bearer tokens: Ed25519 alone, `iss`, `aud`, `exp` and `sub` required, each token's signature once. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, audience, directory, now = Date.now } = options;
  const keys =
    options.jwks instanceof URL
      ? createRemoteJWKSet(options.jwks, { timeoutDuration: jwksTimeoutMs, cooldownDuration: jwksCooldownMs })
      : createLocalJWKSet(options.jwks);
  const verified = new LRUCache<string, Verified>({ max: rememberedTokens });
  const underway = new Map<string, Promise<SignedCaller>>();
  const lastOf = new WeakMap<object, { authorization: string; verified: Verified }>();

  /** Throws SignInError: who has left the directory since is nobody now. */
  const callerOf = (known: Verified): SignedCaller => {
    const current = directory.current();
    if (known.seenIn !== current) {
      known.caller = { reader: readerIn(current, known.agency, known.person), expiresAt: known.expiresAt };
      known.seenIn = current;
    }
    return known.caller;
  };

  async function verify(token: string, digest: string): Promise<SignedCaller> {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        algorithms: ['EdDSA', 'Ed25519'],
        issuer,
        audience,
        requiredClaims: ['iss', 'aud', 'exp', 'sub'],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(now()),
      }));
    } catch (error) {
      throw refusal(error);
    }
    const { sub, exp } = payload;
    const person = personIn(payload);
    if (sub === undefined || exp === undefined) throw invalid();
    const expiresAt = exp * 1000;
    if (expiresAt <= now()) throw expired();
    const seenIn = directory.current();
    const caller: SignedCaller = { reader: readerIn(seenIn, sub, person), expiresAt };
    verified.set(digest, { agency: sub, person, expiresAt, seenIn, caller });
    return caller;
  }

  return {
    authenticate(authorization, connection) {
      if (authorization === undefined) return notSignedIn;
      const last = connection === undefined ? undefined : lastOf.get(connection);
      if (last?.authorization === authorization && last.verified.expiresAt > now())
        return callerOf(last.verified);
      const token = authorization.length > maxTokenChars ? undefined : bearer.exec(authorization)?.[1];
      if (token === undefined) throw invalid();
      // The token itself is not kept beyond its connection: a heap dump holds few credentials that can be used again.
      const digest = hash('sha256', token, 'base64url');
      const known = verified.get(digest);
      if (known !== undefined) {
        if (known.expiresAt > now()) {
          if (connection !== undefined) lastOf.set(connection, { authorization, verified: known });
          return callerOf(known);
        }
        verified.delete(digest);
        throw expired();
      }
      const joined = underway.get(digest);
      if (joined !== undefined) return joined;
      const started = verify(token, digest).finally(() => underway.delete(digest));
      underway.set(digest, started);
      return started;
    },
  };
}

/** A claim of ours: who acts for the agency. Systems have none. */
function personIn({ person }: JWTPayload): PersonId | undefined {
  if (person === undefined || typeof person === 'string') return person;
  throw invalid();
}

function readerIn(directory: Directory, agency: AgencyId, person: PersonId | undefined): Reader {
  const reader = readerOf(directory, agency, person);
  if (reader !== undefined) return reader;
  if (readerOf(directory, agency) === undefined)
    throw new SignInError('agency-unknown', 'the token names an agency that is not in the directory');
  throw new SignInError('person-unknown', 'the token names a person who is not in the directory');
}

const invalid = (cause?: unknown): SignInError =>
  new SignInError('token-invalid', 'the bearer token is not one that this exchange accepts', { cause });
const expired = (cause?: unknown): SignInError =>
  new SignInError('token-expired', 'the bearer token has expired: ask for a new one', { cause });

/** What went wrong inside `jose` is either the token's fault or the key source's. */
function refusal(error: unknown): SignInError {
  if (error instanceof errors.JWTExpired) return expired(error);
  const keysUnavailable =
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === errors.JOSEError.code;
  if (!keysUnavailable) return invalid(error);
  return new SignInError('sign-in-unavailable', 'the keys that tokens are checked with cannot be had now', {
    cause: error,
  });
}
