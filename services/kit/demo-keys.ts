import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
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
  return (await readKey(home)) ?? createKey(home);
}

async function readKey(home: string): Promise<PrivateKey | undefined> {
  const file = keyFileOf(home);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const key = parseKey(text);
  if (key === undefined) {
    throw new DemoKeyError(`${file} holds no Ed25519 key: remove it, and a new one is made at the next use`);
  }
  return key;
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

/**
 * Two processes may come here at once (`npm start` and `npx puebla token`): each writes a whole file under a
 * name of its own, and `link`, which never replaces, decides whose key it is. Both then read the winner's.
 */
async function createKey(home: string): Promise<PrivateKey> {
  const folder = join(home, 'keys');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const text = JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk) });

  const draft = join(folder, `.${process.pid}-${randomBytes(6).toString('hex')}.draft`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, keyFileOf(home)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const key = await readKey(home);
  if (key === undefined)
    throw new DemoKeyError(`${keyFileOf(home)} was removed while it was being made: try again`);
  return key;
}
