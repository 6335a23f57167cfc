import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose';
import { secretFile } from './secret-file.ts';

/**
 * The signing key of the demonstration agencies: embedded mode only. Whoever can read `PUEBLA_HOME/keys` can
 * speak for every agency, which is the point of a demonstration and the reason why nothing else may use it.
 */

/** Who signs and who is meant in tokens of the demonstration; a verifier in embedded mode asks for these two. */
export const demoIssuer = 'urn:puebla:demonstration';
export const demoAudience = 'urn:puebla:exchange';

export const defaultTokenSeconds = 15 * 60;
export const maxTokenSeconds = 60 * 60;

/** One algorithm for minting and for checking: no negotiation, nothing to downgrade. */
const algorithm = 'EdDSA';

/** The demonstration key file cannot be used; the message says which file and what to do. */
export class DemoKeyError extends Error {
  readonly code = 'demo-key-unusable';
  override readonly name = 'DemoKeyError';
}

interface PrivateKey extends JWK {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  d: string;
  kid: string;
}

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
  const key = await demoKey(request.home);
  const issuedAt = Math.floor((request.now ?? Date.now)() / 1000);
  const claims = {
    scope: 'publish read',
    ...(request.person === undefined ? {} : { person: request.person }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'JWT' })
    .setIssuer(request.issuer)
    .setAudience(request.audience)
    .setSubject(request.agency)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .setJti(randomUUID())
    .sign(await importJWK(key, algorithm));
}

/** The public half, as a JWKS; the key is made when there is none yet. */
export async function demoJwks(home: string): Promise<JSONWebKeySet> {
  const { kty, crv, x, kid } = await demoKey(home);
  return { keys: [{ kty, crv, x, kid, alg: algorithm, use: 'sig' }] };
}

const keyFileOf = (home: string): string => join(home, 'keys', 'demonstration.jwk.json');

async function demoKey(home: string): Promise<PrivateKey> {
  const file = keyFileOf(home);
  const key = parseKey(await secretFile(file, newKey));
  if (key === undefined) {
    throw new DemoKeyError(`${file} holds no Ed25519 key: remove it, and a new one is made at the next use`);
  }
  return key;
}

async function newKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
}

function parseKey(text: string): PrivateKey | undefined {
  let value: Partial<Record<keyof PrivateKey, unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { kty, crv, x, d, kid } = value ?? {};
  if (kty !== 'OKP' || crv !== 'Ed25519') return undefined;
  if (typeof x !== 'string' || typeof d !== 'string' || typeof kid !== 'string') return undefined;
  return { kty, crv, x, d, kid };
}
