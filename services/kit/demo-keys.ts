import { randomUUID } from 'node:crypto';
import { importJWK, type JSONWebKeySet, SignJWT } from 'jose';
import { type Scope, scopes } from './scopes.ts';
import {
  maxTokenSeconds,
  publishedKeys,
  readSigningKeys,
  signingAlgorithm,
  signingKeyAt,
} from './signing-keys.ts';

export { DemoKeyError, maxTokenSeconds } from './signing-keys.ts';

/**
 * Tokens of the demonstration agencies, signed with the keys of the embedded issuer without asking it: embedded mode only. Whoever can
 * read `PUEBLA_HOME/keys` can speak for every agency, which is the point of a demonstration and the reason why nothing else may use it.
 */

/** Who signs and who is meant in tokens of the demonstration; a verifier in embedded mode asks for these two. */
export const demoIssuer = 'urn:puebla:demonstration';
export const demoAudience = 'urn:puebla:exchange';

export const defaultTokenSeconds = 15 * 60;

export interface TokenRequest {
  /** PUEBLA_HOME */
  readonly home: string;
  /** Agency id, e.g. `mx-fgr`: becomes `sub`. */
  readonly agency: string;
  readonly issuer: string;
  readonly audience: string;
  /** Life of the token: 15 minutes unless told otherwise, 1 hour at most. */
  readonly ttlSeconds?: number;
  /** The person who acts for the agency, where one does; systems have none. */
  readonly person?: string;
  /** What it may be used for: to publish and to read unless told otherwise. */
  readonly scope?: readonly Scope[];
  /** Epoch milliseconds; for tests. */
  readonly now?: () => number;
}

/**
 * Mints a bearer token of a demonstration agency: a JWT signed with Ed25519, claims `iss`, `aud`, `sub` (the
 * agency), `iat`, `exp`, `jti`, `scope`, and `person` when one is given.
 *
 * @throws RangeError when `ttlSeconds` is not 1 to 3,600; DemoKeyError when the key file is damaged.
 */
export async function mintToken(request: TokenRequest): Promise<string> {
  const ttlSeconds = request.ttlSeconds ?? defaultTokenSeconds;
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > maxTokenSeconds) {
    throw new RangeError(`a token lives 1 to ${maxTokenSeconds} seconds, not ${ttlSeconds}`);
  }
  const now = (request.now ?? Date.now)();
  const key = signingKeyAt(await readSigningKeys(request.home), now);
  const issuedAt = Math.floor(now / 1000);
  const claims = {
    scope: (request.scope ?? scopes).join(' '),
    ...(request.person === undefined ? {} : { person: request.person }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: signingAlgorithm, kid: key.kid, typ: 'JWT' })
    .setIssuer(request.issuer)
    .setAudience(request.audience)
    .setSubject(request.agency)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .setJti(randomUUID())
    .sign(await importJWK(key, signingAlgorithm));
}

/** The public halves of the keys of this moment, as a JWKS; the first key is made when there is none yet. */
export async function demoJwks(home: string): Promise<JSONWebKeySet> {
  return publishedKeys(await readSigningKeys(home), Date.now());
}
