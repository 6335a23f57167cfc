import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';
import { secretFile } from './secret-file.ts';

/**
 * The keys of the embedded issuer, files in `PUEBLA_HOME/keys` that every service of the exchange can read. From when on a key signs is
 * in its file's name, so that all agree without a word, also at the moment of a change: it is published from when it is made, signs from its
 * time to that of the next, and is published until what it has signed has ended.
 */

/** One algorithm for signing and for checking: no negotiation, nothing to downgrade. */
export const signingAlgorithm = 'EdDSA';

/** No token of ours lives longer, whoever asks. */
export const maxTokenSeconds = 60 * 60;

/** A new key is published this long before it signs: others keep what was published for five minutes. */
export const publishedBeforeMs = 10 * 60_000;

/** A token whose key is not known is no reason to look at the folder more often than this. */
const rereadAfterMs = 1_000;
/** Where no token comes with a new key, a change is seen by this: an old key is let go in time, one that was removed too. */
const staleAfterMs = 60_000;

/** A key file cannot be used; the message says which file and what to do. */
export class DemoKeyError extends Error {
  readonly code = 'demo-key-unusable';
  override readonly name = 'DemoKeyError';
}

export interface PrivateKey extends JWK {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  d: string;
  kid: string;
}

/** From when on, epoch ms, a key signs. */
export interface SigningKey {
  readonly file: string;
  readonly from: number;
  readonly key: PrivateKey;
}

const folderOf = (home: string): string => join(home, 'keys');
const firstFile = 'demonstration.jwk.json';
const keyFile = /^demonstration(?:-([0-9]{1,12}))?\.jwk\.json$/;

/**
 * All keys there are, oldest first, at least one: the first is made when there is none.
 * @param home PUEBLA_HOME
 * @throws DemoKeyError when a file is damaged
 */
export async function readSigningKeys(home: string): Promise<readonly SigningKey[]> {
  const there = await keysIn(folderOf(home));
  if (there.length > 0) return there;
  await secretFile(join(folderOf(home), firstFile), newKey);
  return keysIn(folderOf(home));
}

/** The key that signs at this moment (epoch ms): the newest whose time has come. */
export function signingKeyAt(keys: readonly SigningKey[], now: number): PrivateKey {
  const current = keys.findLast(({ from }) => from <= now) ?? keys[0];
  if (current === undefined) throw noKey();
  return current.key;
}

/** The public halves that tokens are checked with at this moment (epoch ms), as a JWKS. */
export function publishedKeys(keys: readonly SigningKey[], now: number): JSONWebKeySet {
  return { keys: keys.filter((_, index) => !hasEnded(keys, index, now)).map(({ key }) => publicHalf(key)) };
}

/**
 * Makes the next key, which signs in ten minutes, and removes those whose tokens have all ended.
 * @param now epoch milliseconds
 * @returns the new key's id and from when on it signs, epoch ms; a key that waits already is answered instead of one more
 * @throws DemoKeyError when a file is damaged
 */
export async function rotateSigningKeys(home: string, now: number): Promise<{ kid: string; from: number }> {
  const keys = await readSigningKeys(home);
  await Promise.all(keys.map(({ file }, index) => (hasEnded(keys, index, now) ? rm(file) : undefined)));
  const waiting = keys.at(-1);
  if (waiting !== undefined && waiting.from > now) return { kid: waiting.key.kid, from: waiting.from };
  const seconds = Math.ceil((now + publishedBeforeMs) / 1_000);
  await secretFile(join(folderOf(home), `demonstration-${seconds}.jwk.json`), newKey);
  const made = (await readSigningKeys(home)).at(-1);
  if (made === undefined) throw noKey();
  return { kid: made.key.kid, from: made.from };
}

/** The keys as they are in their folder, read again when a token names one that is not known. */
export interface FollowedKeys {
  /** For `jwtVerify`. */
  readonly getKey: JWTVerifyGetKey;
  /** The key that signs now. Rejects with DemoKeyError. */
  signing(): Promise<PrivateKey>;
  /** What is published now. Rejects with DemoKeyError. */
  published(): Promise<JSONWebKeySet>;
}

/** @param now epoch milliseconds; for tests */
export async function followSigningKeys(home: string, now: () => number = Date.now): Promise<FollowedKeys> {
  let keys = await readSigningKeys(home);
  let readAt = now();
  let known = { ids: '', find: createLocalJWKSet({ keys: [] }) };
  const reread = async (): Promise<void> => {
    if (now() - readAt < rereadAfterMs) return;
    readAt = now();
    keys = await readSigningKeys(home);
  };
  /** Imported keys are kept while the same are published: importing costs more than a check. */
  const finder = (): JWTVerifyGetKey => {
    const published = publishedKeys(keys, now());
    const ids = published.keys.map(({ kid }) => kid).join();
    if (ids !== known.ids) known = { ids, find: createLocalJWKSet(published) };
    return known.find;
  };
  return {
    async getKey(header, token) {
      if (now() - readAt >= staleAfterMs) await reread();
      try {
        return await finder()(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        await reread();
        return finder()(header, token);
      }
    },
    async signing() {
      await reread();
      return signingKeyAt(keys, now());
    },
    async published() {
      await reread();
      return publishedKeys(keys, now());
    },
  };
}

/** Whether the key after it has signed for longer than any token lives. */
function hasEnded(keys: readonly SigningKey[], index: number, now: number): boolean {
  const next = keys[index + 1];
  return next !== undefined && next.from + maxTokenSeconds * 1_000 <= now;
}

function publicHalf({ kty, crv, x, kid }: PrivateKey): JWK {
  return { kty, crv, x, kid, alg: signingAlgorithm, use: 'sig' };
}

async function keysIn(folder: string): Promise<readonly SigningKey[]> {
  const names = (await ifThere(readdir(folder))) ?? [];
  const keys = await Promise.all(
    names.filter((name) => keyFile.test(name)).map((name) => readKey(folder, name)),
  );
  return keys.flatMap((key) => key ?? []).sort((a, b) => a.from - b.from);
}

/** Undefined for one that was removed meanwhile. */
async function readKey(folder: string, name: string): Promise<SigningKey | undefined> {
  const file = join(folder, name);
  const text = await ifThere(readFile(file, 'utf8'));
  if (text === undefined) return undefined;
  const key = parseKey(text);
  if (key === undefined) {
    throw new DemoKeyError(`${file} holds no Ed25519 key: remove it, and a new one is made at the next use`);
  }
  return { file, from: Number(keyFile.exec(name)?.[1] ?? 0) * 1_000, key };
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

const noKey = (): DemoKeyError => new DemoKeyError('the signing keys were removed while they were read');

async function newKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
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
