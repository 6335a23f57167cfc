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
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { LRUCache } from 'lru-cache';
import type { CurrentDirectory } from './directory.ts';
import type { Scope } from './scopes.ts';

/**
 * Who is calling: rows 2 and 4 of `canRead`. No `Authorization` header is a reader who is not signed in; a
 * header that cannot be honoured is an error, never an anonymous reader.
 */

export type SignInCode =
  | 'token-invalid'
  | 'token-expired'
  | 'agency-unknown'
  | 'person-unknown'
  | 'insufficient-scope'
  | 'sign-in-unavailable';

const statuses: Readonly<Partial<Record<SignInCode, 403 | 503>>> = {
  'insufficient-scope': 403,
  'sign-in-unavailable': 503,
};

/**
 * The call is refused. 401 says that the token is at fault; 403 that it is not for this use (RFC 6750, 3.1), and `scope` which one it
 * lacks; 503 that its issuer's keys cannot be had now.
 */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly code: SignInCode;
  readonly status: 401 | 403 | 503;
  readonly scope: Scope | undefined;

  constructor(code: SignInCode, message: string, options: ErrorOptions & { readonly scope?: Scope } = {}) {
    super(message, options);
    this.code = code;
    this.status = statuses[code] ?? 401;
    this.scope = options.scope;
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
  readonly scopes: ReadonlySet<string>;
  readonly expiresAt: number;
  seenIn: Directory;
  caller: SignedCaller;
}

export interface VerifierOptions {
  /** Whose tokens are taken; asked for at each check where it is known only later. */
  readonly issuer: string | (() => readonly string[]);
  readonly audience: string;
  /** Where the issuer's public keys are fetched from, the keys themselves, or what finds the key of a token. */
  readonly jwks: URL | JSONWebKeySet | JWTVerifyGetKey;
  /** Ed25519 alone unless told otherwise; a key's own kind narrows it further. */
  readonly algorithms?: readonly string[];
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
   * @param scope what the caller is about to do (`scopeFor`); asked of a token alone
   * @param connection what the header came over: while it lives, the same header again is not even hashed
   * @throws SignInError, at once or as the promise's rejection
   */
  authenticate(
    authorization: string | undefined,
    scope: Scope,
    connection?: object,
  ): SignedCaller | Promise<SignedCaller>;
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

const ownAlgorithms = ['EdDSA', 'Ed25519'];

/** An issuer's keys at their address: fetched when they are needed, and again for a key that is not known. */
export function remoteKeys(jwks: URL): JWTVerifyGetKey {
  return createRemoteJWKSet(jwks, { timeoutDuration: jwksTimeoutMs, cooldownDuration: jwksCooldownMs });
}

function keysOf(jwks: VerifierOptions['jwks']): JWTVerifyGetKey {
  if (typeof jwks === 'function') return jwks;
  return jwks instanceof URL ? remoteKeys(jwks) : createLocalJWKSet(jwks);
}

/** Checks bearer tokens: `iss`, `aud`, `exp` and `sub` required, each token's signature once, its scope at each use. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { issuer, audience, directory, algorithms = ownAlgorithms, now = Date.now } = options;
  const keys = keysOf(options.jwks);
  const issuers = typeof issuer === 'function' ? issuer : () => [issuer];
  const verified = new LRUCache<string, Verified>({ max: rememberedTokens });
  const underway = new Map<string, Promise<SignedCaller>>();
  const lastOf = new WeakMap<object, { authorization: string; verified: Verified }>();

  /** Throws SignInError: who has left the directory since is nobody now. */
  const callerOf = (known: Verified, scope: Scope): SignedCaller => {
    const current = directory.current();
    if (known.seenIn !== current) {
      known.caller = { reader: readerIn(current, known.agency, known.person), expiresAt: known.expiresAt };
      known.seenIn = current;
    }
    if (!known.scopes.has(scope)) throw lacksScope(scope);
    return known.caller;
  };

  async function verify(token: string, digest: string): Promise<Verified> {
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        algorithms: [...algorithms],
        issuer: [...issuers()],
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
    const known = { agency: sub, person, scopes: scopesIn(payload), expiresAt, seenIn, caller };
    verified.set(digest, known);
    return known;
  }

  return {
    authenticate(authorization, scope, connection) {
      if (authorization === undefined) return notSignedIn;
      const last = connection === undefined ? undefined : lastOf.get(connection);
      if (last?.authorization === authorization && last.verified.expiresAt > now())
        return callerOf(last.verified, scope);
      const token = authorization.length > maxTokenChars ? undefined : bearer.exec(authorization)?.[1];
      if (token === undefined) throw invalid();
      // The token itself is not kept beyond its connection: a heap dump holds few credentials that can be used again.
      const digest = hash('sha256', token, 'base64url');
      const known = verified.get(digest);
      if (known !== undefined) {
        if (known.expiresAt > now()) {
          if (connection !== undefined) lastOf.set(connection, { authorization, verified: known });
          return callerOf(known, scope);
        }
        verified.delete(digest);
        throw expired();
      }
      const use = `${scope} ${digest}`;
      const joined = underway.get(use);
      if (joined !== undefined) return joined;
      const started = verify(token, digest)
        .then((checked) => callerOf(checked, scope))
        .finally(() => underway.delete(use));
      underway.set(use, started);
      return started;
    },
  };
}

/** A claim of ours: who acts for the agency. Systems have none. */
function personIn({ person }: JWTPayload): PersonId | undefined {
  if (person === undefined || typeof person === 'string') return person;
  throw invalid();
}

/** RFC 9068, 2.2.3: names with spaces between. A token that names none is for no use. */
function scopesIn({ scope }: JWTPayload): ReadonlySet<string> {
  return new Set(typeof scope === 'string' ? scope.split(' ') : []);
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
/** A token that is good, and not for this use. */
export const lacksScope = (scope: Scope): SignInError =>
  new SignInError('insufficient-scope', `the token does not have the scope that this asks for: ${scope}`, {
    scope,
  });

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
