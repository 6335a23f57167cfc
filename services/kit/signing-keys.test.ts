import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demonstrationRegister } from '@puebla/schemas';
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mintToken } from './demo-keys.ts';
import { currentDirectory } from './directory.ts';
import { createVerifier } from './sign-in.ts';
import {
  DemoKeyError,
  followSigningKeys,
  maxTokenSeconds,
  publishedBeforeMs,
  publishedKeys,
  readSigningKeys,
  rotateSigningKeys,
  signingKeyAt,
} from './signing-keys.ts';

const began = Date.UTC(2026, 0, 1);
const signs = began + publishedBeforeMs;
const ends = signs + maxTokenSeconds * 1_000;

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-keys-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const kidAt = async (now: number) => signingKeyAt(await readSigningKeys(home), now).kid;
const publishedAt = async (now: number) =>
  publishedKeys(await readSigningKeys(home), now).keys.map(({ kid }) => kid);

test('a new key is published before it signs, an old one until what it has signed has ended', async () => {
  const old = await kidAt(began);
  expect(await publishedAt(began)).toEqual([old]);
  const { kid, from } = await rotateSigningKeys(home, began);
  expect([kid === old, from]).toEqual([false, signs]);
  for (const [now, signing, published] of [
    [began, old, [old, kid]],
    [signs - 1, old, [old, kid]],
    [signs, kid, [old, kid]],
    [ends - 1, kid, [old, kid]],
    [ends, kid, [kid]],
  ] as const) {
    expect(await kidAt(now)).toBe(signing);
    expect(await publishedAt(now)).toEqual(published);
  }
});

test('files are for their owner alone, and those of ended keys are removed by the next rotation', async () => {
  const old = await kidAt(began);
  const { kid } = await rotateSigningKeys(home, began);
  expect(await rotateSigningKeys(home, began + 1)).toMatchObject({ kid });
  expect(await readdir(join(home, 'keys'))).toHaveLength(2);
  const next = await rotateSigningKeys(home, ends);
  const files = await readdir(join(home, 'keys'));
  expect(files).toHaveLength(2);
  for (const file of files) expect((await stat(join(home, 'keys', file))).mode & 0o777).toBe(0o600);
  expect(await publishedAt(ends)).toEqual([kid, next.kid]);
  expect(await publishedAt(ends)).not.toContain(old);
});

test('a token stays good over a rotation until it ends; its key signs nothing later than that', async () => {
  let time = began;
  const now = () => time;
  const directory = currentDirectory(demonstrationRegister);
  const keys = await followSigningKeys(home, now);
  const idle = await followSigningKeys(home, now);
  const verifier = createVerifier({ issuer: 'i', audience: 'a', jwks: keys.getKey, directory, now });
  const request = { home, agency: 'mx-fgr', issuer: 'i', audience: 'a', ttlSeconds: maxTokenSeconds, now };
  const taken = async (token: string) => verifier.authenticate(`Bearer ${token}`, 'read');
  await rotateSigningKeys(home, began);
  time = signs - 1_000;
  const last = await mintToken(request);
  time = signs;
  const first = await mintToken(request);
  expect(decodeProtectedHeader(first).kid).not.toBe(decodeProtectedHeader(last).kid);
  expect((await keys.signing()).kid).toBe(decodeProtectedHeader(first).kid);
  // Seen for the first time after the change: the keys are read again for the new one, the old one is still there.
  expect(await taken(first)).toMatchObject({ reader: { agency: 'mx-fgr' } });
  time = ends - 2_000;
  expect(await taken(last)).toMatchObject({ reader: { agency: 'mx-fgr' } });
  // Whoever has stolen the old key cannot go on with it.
  const [old] = await readSigningKeys(home);
  time = ends;
  const thief = await mkdtemp(join(tmpdir(), 'puebla-thief-'));
  await readSigningKeys(thief);
  await writeFile(join(thief, 'keys', 'demonstration.jwk.json'), JSON.stringify(old?.key));
  const forged = await mintToken({ ...request, home: thief });
  await rm(thief, { recursive: true });
  expect(decodeProtectedHeader(forged).kid).toBe(old?.key.kid);
  await expect(taken(forged)).rejects.toMatchObject({ code: 'token-invalid' });
  // Nor where nobody has come with the new one.
  const find = idle.getKey({ alg: 'EdDSA', kid: old?.key.kid ?? '' }, { payload: '', signature: '' });
  await expect(find).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
});

test('tokens with keys that nobody knows do not make the folder be read at each of them', async () => {
  let time = began;
  const keys = await followSigningKeys(home, () => time);
  const { kid } = await rotateSigningKeys(home, began);
  const find = () => keys.getKey({ alg: 'EdDSA', kid }, { payload: '', signature: '' });
  await expect(find()).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  time += 1_000;
  expect(await find()).toBeDefined();
});

test('a damaged file among several is named', async () => {
  await rotateSigningKeys(home, began);
  const [, name = ''] = (await readdir(join(home, 'keys'))).sort();
  await writeFile(join(home, 'keys', name), '{');
  await expect(readSigningKeys(home)).rejects.toThrow(DemoKeyError);
  await expect(rotateSigningKeys(home, began)).rejects.toThrow(name);
});
