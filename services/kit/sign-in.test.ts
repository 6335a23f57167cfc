import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demonstrationRegister, type Register } from '@puebla/schemas';
import fc from 'fast-check';
import { exportJWK, exportSPKI, generateKeyPair, type JSONWebKeySet, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { demoJwks, mintToken } from './demo-keys.ts';
import { currentDirectory } from './directory.ts';
import type { Scope } from './scopes.ts';
import { createVerifier, type SignedCaller, SignInError } from './sign-in.ts';

const issuer = 'https://issuer.test';
const audience = 'puebla';
const directory = currentDirectory(demonstrationRegister);
let home: string;
let jwks: JSONWebKeySet;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-sign-in-'));
  jwks = await demoJwks(home);
});
afterAll(() => rm(home, { recursive: true, force: true }));

const mint = (with_: Partial<Parameters<typeof mintToken>[0]> = {}) =>
  mintToken({ home, agency: 'mx-fgr', issuer, audience, ...with_ });

/** What `authenticate` answers or throws, at once or later, as one value. */
async function outcome(run: () => SignedCaller | Promise<SignedCaller>): Promise<SignedCaller | string> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof SignInError) return `${error.status} ${error.code}`;
    throw error;
  }
}

const refused = (token: string, now?: () => number) =>
  outcome(() =>
    createVerifier({ directory, issuer, audience, jwks, ...(now && { now }) }).authenticate(
      `Bearer ${token}`,
      'read',
    ),
  );

test('no header is a reader who is not signed in, answered at once', () => {
  expect(createVerifier({ directory, issuer, audience, jwks }).authenticate(undefined, 'read')).toEqual({
    reader: { signedIn: false },
    expiresAt: null,
  });
});

test('a good token gives the agency, its participant and status, and its end; the second time at once', async () => {
  const verifier = createVerifier({ directory, issuer, audience, jwks, now: () => 1_700_000_000_000 });
  const authorization = `Bearer ${await mint({ now: () => 1_700_000_000_000, ttlSeconds: 60 })}`;
  const caller = {
    reader: {
      signedIn: true,
      agency: 'mx-fgr',
      participant: 'MX',
      status: 'MEMBER',
      roles: ['publisher', 'analyst'],
      cleared: false,
    },
    expiresAt: 1_700_000_060_000,
  };
  const first = verifier.authenticate(authorization, 'read');
  expect(first).toBeInstanceOf(Promise);
  expect(await first).toEqual(caller);
  expect(verifier.authenticate(authorization, 'read')).toEqual(caller);
  expect(verifier.authenticate(authorization.replace('Bearer', 'bearer'), 'read')).toEqual(caller);
});

test('who has ended is out at once, on a connection that was known too, and who has changed is what he is now', async () => {
  const before = Date.UTC(2026, 0, 1);
  let time = before;
  const from = '2007-04-27T00:00:00Z';
  const register: Register = {
    ...demonstrationRegister,
    participants: [
      ...demonstrationRegister.participants.filter(({ code }) => code !== 'CO'),
      { code: 'CO', status: 'OBSERVER', from, to: '2026-01-01T00:00:05Z' },
      { code: 'CO', status: 'MEMBER', from: '2026-01-01T00:00:05Z', to: null },
    ],
    agencies: demonstrationRegister.agencies.map((agency) =>
      agency.id === 'mx-fgr' ? { ...agency, to: '2026-01-01T00:00:05Z' } : agency,
    ),
  };
  const now = () => time;
  const verifier = createVerifier({
    directory: currentDirectory(register, now),
    issuer,
    audience,
    jwks,
    now,
  });
  const ask = async (agency: string, connection: object) => {
    const authorization = `Bearer ${await mint({ agency, now: () => before })}`;
    return () => outcome(() => verifier.authenticate(authorization, 'read', connection));
  };
  const ended = await ask('mx-fgr', {});
  const changed = await ask('co-fgn', {});
  for (let again = 0; again < 3; again += 1) {
    expect(await ended()).toMatchObject({ reader: { agency: 'mx-fgr' } });
    expect(await changed()).toMatchObject({ reader: { status: 'OBSERVER' } });
  }
  time += 5_000;
  for (let again = 0; again < 3; again += 1) {
    expect(await ended()).toBe('401 agency-unknown');
    expect(await changed()).toMatchObject({ reader: { status: 'MEMBER' } });
  }
});

test('uses of one token at one time share one verification', async () => {
  const verifier = createVerifier({ directory, issuer, audience, jwks });
  const authorization = `Bearer ${await mint()}`;
  const answers = Array.from({ length: 50 }, () => verifier.authenticate(authorization, 'read'));
  expect(new Set(answers).size).toBe(1);
  expect(new Set(await Promise.all(answers)).size).toBe(1);
});

test('a token is for what its scope says alone, known or not, on its connection too', async () => {
  const verifier = createVerifier({ directory, issuer, audience, jwks });
  const connection = {};
  const ask = async (scope: Scope, token: string) =>
    outcome(() => verifier.authenticate(`Bearer ${token}`, scope, connection));
  const [reads, publishes] = [await mint({ scope: ['read'] }), await mint({ scope: ['publish'] })];
  for (let again = 0; again < 3; again += 1) {
    expect(await ask('read', reads)).toMatchObject({ reader: { agency: 'mx-fgr' } });
    expect(await ask('publish', reads)).toBe('403 insufficient-scope');
    expect(await ask('publish', publishes)).toMatchObject({ reader: { agency: 'mx-fgr' } });
    expect(await ask('read', publishes)).toBe('403 insufficient-scope');
  }
  for (const scope of [undefined, '', 'reader', ['read'], 'READ', 7]) {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const own = createVerifier({ directory, issuer, audience, jwks: { keys: [await exportJWK(publicKey)] } });
    const token = await new SignJWT(scope === undefined ? {} : { scope })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('mx-fgr')
      .setExpirationTime('1m')
      .setProtectedHeader({ alg: 'EdDSA' })
      .sign(privateKey);
    expect(await outcome(() => own.authenticate(`Bearer ${token}`, 'read'))).toBe('403 insufficient-scope');
  }
});

test('whoever is not signed in has no scope, and none is asked of him here', () => {
  const verifier = createVerifier({ directory, issuer, audience, jwks });
  expect(verifier.authenticate(undefined, 'publish')).toMatchObject({ reader: { signedIn: false } });
});

test('of several issuers each is taken, and asked for again at each check', async () => {
  const issuers = [issuer];
  const verifier = createVerifier({ directory, issuer: () => issuers, audience, jwks });
  const ask = async (by: string) =>
    outcome(async () => verifier.authenticate(`Bearer ${await mint({ issuer: by })}`, 'read'));
  expect(await ask(issuer)).toMatchObject({ reader: { signedIn: true } });
  expect(await ask('https://later.test')).toBe('401 token-invalid');
  issuers.push('https://later.test');
  expect(await ask('https://later.test')).toMatchObject({ reader: { signedIn: true } });
});

test('what is remembered ends with the token, to the millisecond', async () => {
  let time = 1_700_000_000_000;
  const verifier = createVerifier({ directory, issuer, audience, jwks, now: () => time });
  const authorization = `Bearer ${await mint({ now: () => time, ttlSeconds: 10 })}`;
  await verifier.authenticate(authorization, 'read');
  time += 9_999;
  expect(verifier.authenticate(authorization, 'read')).toMatchObject({ reader: { signedIn: true } });
  time += 1;
  expect(await outcome(() => verifier.authenticate(authorization, 'read'))).toBe('401 token-expired');
  expect(await outcome(() => verifier.authenticate(authorization, 'read'))).toBe('401 token-expired');
});

test('the tolerance for clocks does not lengthen a life', async () => {
  const at = 1_700_000_000_000;
  const token = await mint({ now: () => at, ttlSeconds: 10 });
  expect(await refused(token, () => at + 10_000)).toBe('401 token-expired');
  expect(await refused(token, () => at + 3_600_000)).toBe('401 token-expired');
});

test.each([
  '',
  ' ',
  'Bearer',
  'Bearer ',
  'Basic bXg6',
  'Bearer a b',
  'Bearer a,b',
  'mx-fgr',
  `Bearer ${'a'.repeat(9_000)}`,
])('the header %p is refused, not taken for an anonymous one', async (header) => {
  expect(
    await outcome(() => createVerifier({ directory, issuer, audience, jwks }).authenticate(header, 'read')),
  ).toBe('401 token-invalid');
});

test('an agency that the directory does not know is refused by a code of its own', async () => {
  expect(await refused(await mint({ agency: 'xx-none' }))).toBe('401 agency-unknown');
});

test('forged and misdirected tokens are refused', async () => {
  const now = Math.floor(Date.now() / 1000);
  const claims = () =>
    new SignJWT({ scope: 'read' }).setIssuer(issuer).setAudience(audience).setSubject('mx-fgr');
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const kid = jwks.keys[0]?.kid ?? '';
  const sign = (jwt: SignJWT, header: { kid?: string } = { kid }) =>
    jwt.setProtectedHeader({ alg: 'EdDSA', ...header }).sign(privateKey);
  const own = createVerifier({ directory, issuer, audience, jwks: { keys: [await exportJWK(publicKey)] } });
  const byOwn = async (jwt: SignJWT) => {
    const token = await sign(jwt, {});
    return outcome(() => own.authenticate(`Bearer ${token}`, 'read'));
  };
  expect(await byOwn(claims().setExpirationTime('1m'))).toMatchObject({ reader: { agency: 'mx-fgr' } });

  // Another key under the right key id, and under none.
  expect(await refused(await sign(claims().setExpirationTime('1m')))).toBe('401 token-invalid');
  expect(await refused(await sign(claims().setExpirationTime('1m'), {}))).toBe('401 token-invalid');
  expect(await refused(await sign(claims().setExpirationTime('1m'), { kid: 'other' }))).toBe(
    '401 token-invalid',
  );

  // alg none, and HMAC keyed with what everybody knows: the public key, in its three common spellings.
  const unsecured = new UnsecuredJWT({}).setIssuer(issuer).setAudience(audience).setSubject('mx-fgr');
  expect(await refused(unsecured.setExpirationTime('1m').encode())).toBe('401 token-invalid');
  for (const secret of [
    String(jwks.keys[0]?.['x']),
    JSON.stringify(jwks.keys[0]),
    await exportSPKI(publicKey),
  ]) {
    const hmac = await claims()
      .setExpirationTime('1m')
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(Buffer.from(secret.padEnd(32, '=')));
    expect(await refused(hmac)).toBe('401 token-invalid');
  }

  // Well signed, wrong otherwise.
  expect(await refused(await mint({ issuer: 'https://other.test' }))).toBe('401 token-invalid');
  expect(await refused(await mint({ audience: 'other' }))).toBe('401 token-invalid');
  expect(await byOwn(claims())).toBe('401 token-invalid');
  expect(
    await byOwn(
      claims()
        .setExpirationTime('1m')
        .setNotBefore(now + 60),
    ),
  ).toBe('401 token-invalid');
  expect(
    await byOwn(
      claims()
        .setExpirationTime('1m')
        .setNotBefore(now + 2),
    ),
  ).toMatchObject({ reader: { signedIn: true } });
  expect(await byOwn(claims().setExpirationTime(now - 60))).toBe('401 token-expired');
  for (const missing of [
    new SignJWT({}).setAudience(audience).setSubject('mx-fgr'),
    new SignJWT({}).setIssuer(issuer).setSubject('mx-fgr'),
    new SignJWT({}).setIssuer(issuer).setAudience(audience),
  ]) {
    expect(await byOwn(missing.setExpirationTime('1m'))).toBe('401 token-invalid');
  }
});

test('no cut or changed token is accepted, and nothing but a SignInError comes out', async () => {
  const token = await mint();
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...letters), async (at, letter) => {
      expect(await refused(token.slice(0, at))).toBe('401 token-invalid');
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      // The last letter of the signature carries bits that decoding drops: it may differ and say the same.
      if (changed !== token && at !== token.length - 1)
        expect(await refused(changed)).toBe('401 token-invalid');
    }),
    { numRuns: 300 },
  );
});

test('any header is answered by a caller or a SignInError', async () => {
  const verifier = createVerifier({ directory, issuer, audience, jwks });
  const part = fc.oneof(
    fc.base64String(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    fc.constant(Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: 'x' })).toString('base64url')),
  );
  const header = fc.oneof(
    fc.string(),
    fc.tuple(part, part, part).map((parts) => `Bearer ${parts.join('.')}`),
  );
  await fc.assert(
    fc.asyncProperty(header, async (text) => {
      expect(await outcome(() => verifier.authenticate(text, 'read'))).toBe('401 token-invalid');
    }),
    { numRuns: 500 },
  );
});

test('keys come from the issuer once; an issuer that is down is not the fault of the token', async () => {
  const token = await mint();
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  const url = new URL(`http://127.0.0.1:${port}/.well-known/jwks.json`);
  try {
    const verifier = createVerifier({ directory, issuer, audience, jwks: url });
    for (let i = 0; i < 5; i += 1) {
      const each = await mint();
      expect(await outcome(() => verifier.authenticate(`Bearer ${each}`, 'read'))).toMatchObject({
        reader: { signedIn: true },
      });
    }
    const { privateKey } = await generateKeyPair('EdDSA');
    for (let i = 0; i < 5; i += 1) {
      const unknown = await new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', kid: `k${i}` })
        .sign(privateKey);
      expect(await outcome(() => verifier.authenticate(`Bearer ${unknown}`, 'read'))).toBe(
        '401 token-invalid',
      );
    }
    expect(asked).toBe(1);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  const unreachable = createVerifier({ directory, issuer, audience, jwks: url });
  expect(await outcome(() => unreachable.authenticate(`Bearer ${token}`, 'read'))).toBe(
    '503 sign-in-unavailable',
  );
});

test('a failed verification is not remembered as one', async () => {
  const verifier = createVerifier({ directory, issuer, audience, jwks, now: () => 1_700_000_000_000 });
  const later = `Bearer ${await mint({ now: () => 1_700_000_000_000, audience: 'other' })}`;
  const first = verifier.authenticate(later, 'read');
  expect(await outcome(() => first)).toBe('401 token-invalid');
  expect(verifier.authenticate(later, 'read')).not.toBe(first);
  await outcome(() => verifier.authenticate(later, 'read'));
});

test('remembering is bounded and cheap: a token that is known costs microseconds', async () => {
  const verifier = createVerifier({ directory, issuer, audience, jwks });
  const authorization = `Bearer ${await mint()}`;
  await verifier.authenticate(authorization, 'read');
  const parse = vi.spyOn(JSON, 'parse');
  try {
    for (let i = 0; i < 1_000; i += 1) await verifier.authenticate(authorization, 'read');
    // A verification parses the token's header and claims: none of the thousand did.
    expect(parse).not.toHaveBeenCalled();
  } finally {
    parse.mockRestore();
  }
});
