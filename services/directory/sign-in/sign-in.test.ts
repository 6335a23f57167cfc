import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CurrentDirectory,
  clientSecrets,
  createLog,
  createMetrics,
  createVerifier,
  demoAudience,
  type FollowedKeys,
  followSigningKeys,
  type HttpServer,
  maxTokenSeconds,
  mintToken,
  publishedBeforeMs,
  rotateSigningKeys,
  type Scope,
  startHttp,
  type Verifier,
} from '@puebla/kit';
import { demonstrationRegister, directoryAt, type Register } from '@puebla/schemas';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDirectory } from '../index.ts';
import {
  askAsSystem,
  authorizationUrl,
  choose,
  codeFor,
  newProof,
  openBrowser,
  openPage,
  redeem,
  redirectUri,
  refresh,
  signIn,
  tokensOf,
} from './flow.ts';

const who = 'mx-fgr/duty';
/** One agency, and one person of another, are taken out of the directory when `isEnded` says so. */
const begin = Date.UTC(2026, 0, 1);
const endsAt = '2026-01-01T01:00:00Z';
const register: Register = {
  ...demonstrationRegister,
  agencies: demonstrationRegister.agencies.map((row) => (row.id === 'gt-mp' ? { ...row, to: endsAt } : row)),
  people: demonstrationRegister.people.map((row) =>
    row.agency === 'hn-mp' && row.id === 'duty' ? { ...row, to: endsAt } : row,
  ),
};
let isEnded = false;
const [before, after] = [directoryAt(register, begin), directoryAt(register, begin + 7_200_000)];
const directory: CurrentDirectory = {
  register,
  current: () => (isEnded ? after : before),
  onChange() {},
};
/** Of the keys alone: tokens go by the real time. */
let aheadMs = 0;

let home: string;
let keys: FollowedKeys;
let http: HttpServer;
let url = '';
let verifier: Verifier;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-oidc-'));
  keys = await followSigningKeys(home, () => Date.now() + aheadMs);
  const log = createLog({ level: 'silent' });
  verifier = createVerifier({ issuer: () => [url], audience: demoAudience, jwks: keys.getKey, directory });
  const service = await startDirectory({ directory, verifier, log, signIn: { home, keys, url: () => url } });
  http = await startHttp({ host: '127.0.0.1', port: 0, services: [service], log, metrics: createMetrics() });
  url = http.url;
});
afterAll(async () => {
  await http?.close();
  await rm(home, { recursive: true, force: true });
});
beforeEach(() => {
  isEnded = false;
});

const readerOf = async (token: string, scope: Scope = 'read') =>
  (await verifier.authenticate(`Bearer ${token}`, scope)).reader;

describe('discovery', () => {
  test('names the issuer, its addresses, and what it can: no more than is meant', async () => {
    const answer = await fetch(`${url}/.well-known/openid-configuration`, {
      headers: { 'X-Forwarded-Host': 'elsewhere.test', 'X-Forwarded-Proto': 'https' },
    });
    expect(await answer.json()).toMatchObject({
      issuer: url,
      authorization_endpoint: `${url}/oidc/auth`,
      token_endpoint: `${url}/oidc/token`,
      revocation_endpoint: `${url}/oidc/revoke`,
      jwks_uri: `${url}/.well-known/jwks.json`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['EdDSA'],
    });
  });

  test('what is not offered is not there', async () => {
    for (const path of [
      '/oidc/nothing',
      '/oidc/token/introspection',
      '/reg',
      '/me',
      '/session/end',
      '/oidc/me',
    ])
      expect((await fetch(`${url}${path}`)).status).toBe(404);
  });
});

describe('a person', () => {
  test('signs in by the code flow with PKCE; the token says who, for whom, for what and how long', async () => {
    const tokens = await signIn(url, who);
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'publish read' });
    const jwks = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, jwks, {
      issuer: url,
      audience: demoAudience,
      typ: 'at+jwt',
    });
    expect(payload).toMatchObject({
      sub: 'mx-fgr',
      person: 'duty',
      client_id: 'puebla',
      scope: 'publish read',
    });
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(Number(payload.exp) - Number(payload.iat)).toBe(900);
    expect(await readerOf(tokens.access_token, 'publish')).toMatchObject({
      agency: 'mx-fgr',
      person: 'duty',
      roles: ['publisher', 'analyst'],
    });
    // What says who has signed in opens nothing.
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      sub: who,
      agency: 'mx-fgr',
      person: 'duty',
      aud: 'puebla',
    });
    await expect(readerOf(tokens.id_token)).rejects.toMatchObject({ code: 'token-invalid' });
  });

  test('is asked each time: the issuer keeps nobody signed in', async () => {
    const browser = openBrowser();
    for (const each of [who, 'gt-mp/focal', who]) {
      const page = await openPage(browser, authorizationUrl(url, newProof()));
      const told = await choose(browser, page, { who: each, do: 'sign-in' });
      expect(told.searchParams.get('code')).not.toBeNull();
    }
    const silent = await browser.get(authorizationUrl(url, newProof(), { prompt: 'none' }));
    expect(silent.headers.get('location')).toContain('error=login_required');
  });

  test('gets a token for what he asks for alone', async () => {
    const { access_token: reads } = await signIn(url, who, 'openid read');
    expect(await readerOf(reads)).toMatchObject({ agency: 'mx-fgr' });
    await expect(readerOf(reads, 'publish')).rejects.toMatchObject({
      code: 'insufficient-scope',
      status: 403,
    });
    const { access_token: nothing } = await signIn(url, who, 'openid');
    await expect(readerOf(nothing)).rejects.toMatchObject({ code: 'insufficient-scope' });
    const { access_token: more } = await signIn(url, who, 'openid read admin');
    expect(decodeJwt(more)['scope']).toBe('read');
  });

  test('who goes back, and who is not in the directory, gets no code', async () => {
    const browser = openBrowser();
    const page = await openPage(browser, authorizationUrl(url, newProof()));
    for (const none of ['mx-fgr/nobody', 'mx-fgr', '', '<script>'] as const) {
      const answer = await browser.post(page, { who: none, do: 'sign-in' });
      expect(answer.status).toBe(422);
      const text = await answer.text();
      expect(text).toContain('role="alert"');
      expect(text).not.toContain('<script');
    }
    expect((await choose(browser, page, { do: 'cancel' })).searchParams.get('error')).toBe('access_denied');
  });
});

describe('a code', () => {
  test('is nothing without the verifier of who asked for it', async () => {
    const proof = newProof();
    const code = await codeFor(url, who, proof);
    expect(await redeem(url, code, newProof().verifier)).toEqual({ status: 400, error: 'invalid_grant' });
    expect(await redeem(url, code, '')).toMatchObject({ status: 400 });
  });

  test('works once; used again, it takes what it gave with it', async () => {
    const proof = newProof();
    const code = await codeFor(url, who, proof);
    const first = tokensOf(await redeem(url, code, proof.verifier));
    expect(await redeem(url, code, proof.verifier)).toEqual({ status: 400, error: 'invalid_grant' });
    expect(await refresh(url, first.refresh_token)).toEqual({ status: 400, error: 'invalid_grant' });
  });

  test('of many that use it at one moment, one gets tokens', async () => {
    const proof = newProof();
    const code = await codeFor(url, who, proof);
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(url, code, proof.verifier)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test.each([
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }],
    ['PKCE that hides nothing', { code_challenge_method: 'plain' }],
    ['a token in the address', { response_type: 'token' }],
  ])('is not given for %s', async (_name, more) => {
    const answer = await openBrowser().get(authorizationUrl(url, newProof(), more));
    expect(answer.headers.get('location') ?? (await answer.text())).toMatch(
      /error=|invalid_request|unsupported/,
    );
  });

  test.each([
    'https://elsewhere.test/callback',
    'http://127.0.0.1.elsewhere.test/callback',
    'http://127.0.0.1:1/other',
  ])('is not sent to %s', async (address) => {
    const answer = await openBrowser().get(authorizationUrl(url, newProof(), { redirect_uri: address }));
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });
});

describe('a refresh token', () => {
  test('is another after each use, and the one before takes the whole family with it', async () => {
    const first = await signIn(url, who);
    const second = tokensOf(await refresh(url, first.refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await readerOf(second.access_token, 'publish')).toMatchObject({
      agency: 'mx-fgr',
      person: 'duty',
    });
    const third = tokensOf(await refresh(url, second.refresh_token));
    expect(await refresh(url, first.refresh_token)).toEqual({ status: 400, error: 'invalid_grant' });
    expect(await refresh(url, third.refresh_token)).toEqual({ status: 400, error: 'invalid_grant' });
  });

  test('of two that use it at one moment, one alone goes on', async () => {
    const { refresh_token: token } = await signIn(url, who);
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(url, token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('of one sign-in says nothing of another', async () => {
    const [one, other] = [await signIn(url, who), await signIn(url, who)];
    tokensOf(await refresh(url, one.refresh_token));
    await refresh(url, one.refresh_token);
    tokensOf(await refresh(url, other.refresh_token));
  });

  test('can be given back', async () => {
    const { refresh_token: token } = await signIn(url, who);
    const body = new URLSearchParams({ token, client_id: 'puebla' });
    expect((await fetch(`${url}/oidc/revoke`, { method: 'POST', body })).status).toBe(200);
    expect(await refresh(url, token)).toEqual({ status: 400, error: 'invalid_grant' });
  });
});

describe("an agency's system", () => {
  test('signs in with the secret of its agency, which is there for whoever runs the exchange', async () => {
    const secretOf = await clientSecrets(home);
    const { access_token: token } = tokensOf(await askAsSystem(url, 'mx-fgr', secretOf('mx-fgr')));
    expect(decodeJwt(token)).toMatchObject({
      iss: url,
      aud: demoAudience,
      sub: 'mx-fgr',
      scope: 'publish read',
    });
    expect(await readerOf(token, 'publish')).toMatchObject({
      agency: 'mx-fgr',
      roles: ['publisher', 'analyst'],
    });
    expect(decodeJwt(token)).not.toHaveProperty('person');
    for (const file of await readdir(join(home, 'keys')))
      expect((await stat(join(home, 'keys', file))).mode & 0o777).toBe(0o600);
    const reads = tokensOf(await askAsSystem(url, 'mx-fgr', secretOf('mx-fgr'), 'read'));
    await expect(readerOf(reads.access_token, 'publish')).rejects.toMatchObject({
      code: 'insufficient-scope',
    });
  });

  test('is refused with the secret of another, with none, and where there is no such agency', async () => {
    const secretOf = await clientSecrets(home);
    for (const [agency, secret] of [
      ['mx-fgr', secretOf('gt-mp')],
      ['mx-none', secretOf('mx-none')],
      ['puebla', secretOf('puebla')],
    ] as const)
      expect(await askAsSystem(url, agency, secret)).toEqual({ status: 401, error: 'invalid_client' });
    expect(await askAsSystem(url, 'mx-fgr', '')).toEqual({ status: 400, error: 'invalid_request' });
  });
});

describe('who has ended', () => {
  test('an agency: no new token by any way, and those it has are refused', async () => {
    const secretOf = await clientSecrets(home);
    const system = tokensOf(await askAsSystem(url, 'gt-mp', secretOf('gt-mp')));
    const person = await signIn(url, 'gt-mp/duty');
    const proof = newProof();
    const code = await codeFor(url, 'gt-mp/duty', proof);
    const browser = openBrowser();
    const page = await openPage(browser, authorizationUrl(url, newProof()));
    expect(await (await browser.get(page)).text()).toContain('gt-mp/duty');
    isEnded = true;
    for (const { access_token: token } of [system, person])
      await expect(readerOf(token)).rejects.toMatchObject({ code: 'agency-unknown', status: 401 });
    expect(await askAsSystem(url, 'gt-mp', secretOf('gt-mp'))).toEqual({
      status: 401,
      error: 'invalid_client',
    });
    expect(await refresh(url, person.refresh_token)).toEqual({ status: 400, error: 'invalid_grant' });
    expect(await redeem(url, code, proof.verifier)).toEqual({ status: 400, error: 'invalid_grant' });
    expect(await (await browser.get(page)).text()).not.toContain('gt-mp/duty');
    expect((await browser.post(page, { who: 'gt-mp/duty', do: 'sign-in' })).status).toBe(422);
  });

  test('a person: his colleagues go on', async () => {
    const [ended, stays] = [await signIn(url, 'hn-mp/duty'), await signIn(url, 'hn-mp/focal')];
    isEnded = true;
    await expect(readerOf(ended.access_token)).rejects.toMatchObject({ code: 'person-unknown' });
    expect(await refresh(url, ended.refresh_token)).toEqual({ status: 400, error: 'invalid_grant' });
    expect(await readerOf(tokensOf(await refresh(url, stays.refresh_token)).access_token)).toMatchObject({
      person: 'focal',
    });
  });

  test('between the choice and the way back', async () => {
    const browser = openBrowser();
    const page = await openPage(browser, authorizationUrl(url, newProof()));
    const chosen = await browser.post(page, { who: 'hn-mp/duty', do: 'sign-in' });
    isEnded = true;
    const back = await browser.get(String(chosen.headers.get('location')));
    expect([back.status, back.headers.get('location')]).toEqual([
      303,
      expect.stringContaining('/oidc/interaction/'),
    ]);
  });
});

describe('the page', () => {
  const pageOf = async (headers: Record<string, string>, more = {}) => {
    const browser = openBrowser();
    return browser.get(await openPage(browser, authorizationUrl(url, newProof(), more)), headers);
  };

  test('runs nothing, loads nothing, is framed and kept by nobody, and is in both languages', async () => {
    const answer = await pageOf({});
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; form-action 'self' ${new URL(redirectUri).origin}; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const text = await answer.text();
    expect(text).toContain('<html lang="en">');
    expect(text).toContain('EXERCISE');
    expect(text).not.toMatch(/<script|<style|style=|src=|onload/i);
    expect(await (await pageOf({ 'Accept-Language': 'es-MX' })).text()).toContain('<html lang="es">');
    expect(await (await pageOf({}, { ui_locales: 'es' })).text()).toContain('EJERCICIO');
  });

  test('is for the browser that began alone, and says so to another', async () => {
    const page = await openPage(openBrowser(), authorizationUrl(url, newProof()));
    const answer = await openBrowser().get(page, { 'Accept-Language': 'es' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('No se pudo entrar');
    expect((await openBrowser().post(page, { who, do: 'sign-in' })).status).toBe(400);
  });

  test('is reached by the name of the issuer alone', async () => {
    const named = url.replace('127.0.0.1', 'localhost');
    const answer = await openBrowser().get(authorizationUrl(named, newProof()));
    expect(answer.status).toBe(307);
    expect(answer.headers.get('location')).toMatch(`${url}/oidc/auth?`);
  });

  test('what cannot be gone on with is said without a word of what was sent', async () => {
    const marker = '<b>marker</b>';
    for (const more of [{ client_id: marker }, { redirect_uri: `https://elsewhere.test/${marker}` }]) {
      const answer = await openBrowser().get(authorizationUrl(url, newProof(), more), {
        Accept: 'text/html',
        'Accept-Language': 'es',
      });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-security-policy')).toMatch(
        "default-src 'none'; form-action 'self';",
      );
      const text = await answer.text();
      expect(text).toContain('No se pudo entrar');
      expect(text).not.toContain('marker');
    }
  });

  test('what is too large, or no form, is refused', async () => {
    const browser = openBrowser();
    const page = await openPage(browser, authorizationUrl(url, newProof()));
    expect((await browser.post(page, { who: 'x'.repeat(2_000) })).status).toBe(413);
    expect((await browser.get(page)).status).toBe(200);
  });
});

test('an exchange that others reach lets nobody in without a password', async () => {
  const log = createLog({ level: 'silent' });
  let named = '';
  const service = await startDirectory({
    directory,
    verifier,
    log,
    signIn: { home, keys, url: () => named },
  });
  const server = await startHttp({
    host: '0.0.0.0',
    port: 0,
    services: [service],
    log,
    metrics: createMetrics(),
  });
  // Of this machine too, and none of the names that say so.
  named = `http://127.0.0.2:${server.port}`;
  try {
    const browser = openBrowser();
    const page = await openPage(browser, authorizationUrl(named, newProof()));
    const shown = await browser.get(page);
    expect([shown.status, await shown.text()]).toEqual([403, expect.stringContaining('OIDC_ISSUER')]);
    const chosen = await browser.post(page, { who, do: 'sign-in' });
    expect([chosen.status, await chosen.text()]).toEqual([403, expect.not.stringContaining('<form')]);
    const secretOf = await clientSecrets(home);
    const { access_token: token } = tokensOf(await askAsSystem(named, 'mx-fgr', secretOf('mx-fgr')));
    expect(decodeJwt(token).iss).toBe(named);
  } finally {
    await server.close();
  }
});

test('keys that are rotated: the issuer signs with the new one, nobody signs in again, old tokens are good until they end', async () => {
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;
  const secretOf = await clientSecrets(home);
  const system = async () => tokensOf(await askAsSystem(url, 'mx-fgr', secretOf('mx-fgr'))).access_token;
  const before = await signIn(url, who);
  const published = async () =>
    ((await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] }).keys.map(
      ({ kid }) => kid,
    );
  const { kid } = await rotateSigningKeys(home, Date.now());
  aheadMs = 2_000;
  expect(await published()).toEqual([kidOf(before.access_token), kid]);
  expect(kidOf(await system())).toBe(kidOf(before.access_token));
  aheadMs = publishedBeforeMs + 2_000;
  const after = tokensOf(await refresh(url, before.refresh_token));
  expect(kidOf(after.access_token)).toBe(kid);
  expect(kidOf(await system())).toBe(kid);
  for (const { access_token: token } of [before, after])
    expect(await readerOf(token)).toMatchObject({ agency: 'mx-fgr' });
  aheadMs = publishedBeforeMs + (maxTokenSeconds + 2) * 1_000;
  expect(await published()).toEqual([kid]);
  const minted = await mintToken({ home, agency: 'gt-mp', issuer: url, audience: demoAudience });
  await expect(readerOf(minted)).rejects.toMatchObject({ code: 'token-invalid' });
});
