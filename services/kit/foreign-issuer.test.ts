import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { demonstrationRegister } from '@puebla/schemas';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { currentDirectory } from './directory.ts';
import { foreignAlgorithms, foreignKeys } from './foreign-issuer.ts';
import { createVerifier, type Verifier } from './sign-in.ts';

/** What an issuer may get wrong, one fault at a time; a whole issuer is in `tests/http/foreign-issuer.test.ts`. */

const directory = currentDirectory(demonstrationRegister);
const audience = 'https://exchange.test';
let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

async function listen(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`; // TCP: never a string
}

const verifierOf = (issuer: string): Verifier =>
  createVerifier({ issuer, audience, jwks: foreignKeys(issuer), algorithms: foreignAlgorithms, directory });

/** An issuer with one key; `document` is what it says of itself. */
async function issuerWith(
  alg: string,
  document: (url: string) => unknown,
  path = '',
): Promise<{ issuer: string; token: () => Promise<string> }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg, use: 'sig' };
  const url = await listen(({ url: asked }, response) => {
    const isDiscovery = asked === `${path.replace(/\/$/, '')}/.well-known/openid-configuration`;
    if (!isDiscovery && asked !== '/keys') response.statusCode = 404;
    response.end(JSON.stringify(isDiscovery ? document(`${url}${path}`) : { keys: [jwk] }));
  });
  const issuer = `${url}${path}`;
  return {
    issuer,
    token: () =>
      new SignJWT({ scope: 'read' })
        .setProtectedHeader({ alg, kid: 'k' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject('mx-fgr')
        .setExpirationTime('1m')
        .sign(privateKey),
  };
}

const sound = (issuer: string) => ({ issuer, jwks_uri: new URL('/keys', issuer).href });
const ask = async (verifier: Verifier, token: string) =>
  (await verifier.authenticate(`Bearer ${token}`, 'read')).reader;

test.each(['EdDSA', 'ES256', 'RS256'])('a key for %s is taken', async (alg) => {
  const { issuer, token } = await issuerWith(alg, sound);
  expect(await ask(verifierOf(issuer), await token())).toMatchObject({ agency: 'mx-fgr' });
});

test.each(['ES384', 'PS256', 'RS512'])('a key for %s is not', async (alg) => {
  const { issuer, token } = await issuerWith(alg, sound);
  await expect(ask(verifierOf(issuer), await token())).rejects.toMatchObject({ code: 'token-invalid' });
});

test.each(['/', '/realms/rcm', '/realms/rcm/'])(
  'an issuer at %s is found, and compared as it spells itself',
  async (path) => {
    const { issuer, token } = await issuerWith('ES256', sound, path);
    expect(await ask(verifierOf(issuer), await token())).toMatchObject({ agency: 'mx-fgr' });
  },
);

test.each([
  ['of another issuer', (url: string) => ({ ...sound(url), issuer: 'https://other.test' })],
  ['of the issuer with a slash more', (url: string) => ({ ...sound(url), issuer: `${url}/` })],
  ['without keys', (url: string) => ({ issuer: url })],
  ['that is no document', () => null],
])('a discovery document %s is not used, and the token is not at fault', async (_name, document) => {
  const { issuer, token } = await issuerWith('ES256', document);
  await expect(ask(verifierOf(issuer), await token())).rejects.toMatchObject({ code: 'sign-in-unavailable' });
});

test('an issuer that is down is asked again, by one request for all who wait', async () => {
  let asked = 0;
  let isDown = true;
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k' };
  const issuer = await listen((request, response) => {
    asked += 1;
    if (isDown) response.statusCode = 503;
    response.end(JSON.stringify(request.url === '/keys' ? { keys: [jwk] } : sound(issuer)));
  });
  const sign = (jti: string) =>
    new SignJWT({ scope: 'read' })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('mx-fgr')
      .setJti(jti)
      .setExpirationTime('1m')
      .sign(privateKey);
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, i) => sign(String(i))));
  const verifier = verifierOf(issuer);
  const first = await Promise.allSettled(tokens.map((token) => ask(verifier, token)));
  expect(first.every(({ status }) => status === 'rejected')).toBe(true);
  expect(asked).toBe(1);
  isDown = false;
  const second = await Promise.all(tokens.map((token) => ask(verifier, token)));
  expect(second).toHaveLength(20);
  expect(asked).toBe(3);
});

test('an issuer that leads elsewhere is not followed', async () => {
  const issuer = await listen((_, response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  });
  const { privateKey } = await generateKeyPair('ES256');
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
  await expect(ask(verifierOf(issuer), token)).rejects.toMatchObject({ code: 'sign-in-unavailable' });
});
