import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DemoKeyError, demoJwks, maxTokenSeconds, mintToken } from './demo-keys.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-keys-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const request = () => ({ home, agency: 'mx-fgr', issuer: 'https://issuer.test', audience: 'puebla' });

test('a minted token says who, for whom and until when, and verifies against the JWKS', async () => {
  const token = await mintToken({ ...request(), now: () => 1_700_000_000_000 });
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(await demoJwks(home)), {
    currentDate: new Date(1_700_000_000_000),
  });
  expect(protectedHeader.alg).toBe('EdDSA');
  expect(payload).toMatchObject({
    iss: 'https://issuer.test',
    aud: 'puebla',
    sub: 'mx-fgr',
    iat: 1_700_000_000,
    exp: 1_700_000_900,
    scope: 'publish read',
  });
  expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/);
  expect(payload).not.toHaveProperty('person');
  expect(decodeJwt(await mintToken({ ...request(), person: 'p-1' }))['person']).toBe('p-1');
});

test.each([0, -1, 1.5, maxTokenSeconds + 1, Number.NaN])(
  'a life of %p seconds is refused',
  async (ttlSeconds) => {
    await expect(mintToken({ ...request(), ttlSeconds })).rejects.toThrow(RangeError);
  },
);

test('the key is for its owner alone, is made once, and its private half is not published', async () => {
  const first = await demoJwks(home);
  expect(await demoJwks(home)).toEqual(first);
  const file = join(home, 'keys', 'demonstration.jwk.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(home, 'keys'))).mode & 0o777).toBe(0o700);
  const secret: unknown = JSON.parse(await readFile(file, 'utf8')).d;
  expect(typeof secret).toBe('string');
  expect(JSON.stringify(first)).not.toContain(secret);
  expect(first.keys.map((key) => Object.keys(key).sort())).toEqual([
    ['alg', 'crv', 'kid', 'kty', 'use', 'x'],
  ]);
});

test('those who come at once get one key, and no draft is left', async () => {
  const sets = await Promise.all(Array.from({ length: 20 }, () => demoJwks(home)));
  expect(new Set(sets.map((set) => JSON.stringify(set))).size).toBe(1);
  expect(await readdir(join(home, 'keys'))).toEqual(['demonstration.jwk.json']);
});

test('processes that race get one key', async () => {
  const script = `import { demoJwks } from ${JSON.stringify(join(import.meta.dirname, 'demo-keys.ts'))};
    process.stdout.write(JSON.stringify(await demoJwks(${JSON.stringify(home)})));`;
  const run = promisify(execFile);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '-e', script])),
  );
  expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
});

test.each(['', '{', 'null', '{"kty":"RSA"}', '{"kty":"OKP","crv":"Ed25519","x":"a"}'])(
  'a damaged key file (%p) is named, and not replaced',
  async (text) => {
    await demoJwks(home);
    const file = join(home, 'keys', 'demonstration.jwk.json');
    await writeFile(file, text);
    await expect(mintToken(request())).rejects.toThrow(DemoKeyError);
    await expect(mintToken(request())).rejects.toThrow(file);
    expect(await readFile(file, 'utf8')).toBe(text);
  },
);
