import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { headersOf } from '../stream/ways-out.ts';
import { expectProblem } from './ask.ts';

/** `OIDC_ISSUER`: tokens of an issuer elsewhere, another program in another process, and of nobody else. */

const audience = 'https://exchange.test';
let child: ChildProcess;
let issuer = '';
let exchange: TestExchange;
beforeAll(async () => {
  const started = spawn(process.execPath, [join(import.meta.dirname, 'issuer-process.ts')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child = started;
  const [line] = await once(createInterface(started.stdout), 'line');
  issuer = String(line);
  exchange = await startTestExchange({ issuer: { oidcIssuer: issuer, oidcAudience: audience } });
});
afterAll(async () => {
  await exchange?.close();
  child?.stdin?.end();
  if (child?.exitCode === null) await once(child, 'exit');
});

async function tokenOf(client: string, scope = 'publish read', resource = audience): Promise<string> {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${client}:exercise`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}

const get = async (path: string, token: string): Promise<Response> =>
  fetch(`${exchange.url}${path}`, { headers: headersOf(token) });
const alert = () => exampleEvent('alert', randomUUID());

test('agencies of the directory publish and read with them, whatever of the three algorithms they are signed by', async () => {
  for (const [agency, alg] of [
    ['mx-fgr', 'ES256'],
    ['gt-mp', 'RS256'],
  ] as const) {
    const token = await tokenOf(agency);
    expect(decodeProtectedHeader(token).alg).toBe(alg);
    const answer = await exchange.post(token, alert());
    expect([answer.status, await answer.json()]).toEqual([201, expect.objectContaining({ agency })]);
    expect((await get('/v1/events', token)).status).toBe(200);
  }
});

test('people of the directory have their roles', async () => {
  const people = '/v1/directory/people';
  expect((await get(people, await tokenOf('mx-fgr.focal'))).status).toBe(200);
  await expectProblem(await get(people, await tokenOf('mx-fgr')), 'not-permitted');
});

test('another audience, another scope, an agency that is not in the directory: refused', async () => {
  const elsewhere = await tokenOf('mx-fgr', 'publish read', 'https://other.test');
  await expectProblem(await exchange.post(elsewhere, alert()), 'token-invalid');
  await expectProblem(await exchange.post(await tokenOf('mx-fgr', 'read'), alert()), 'insufficient-scope');
  await expectProblem(await get('/v1/events', await tokenOf('mx-fgr', 'publish')), 'insufficient-scope');
  await expectProblem(await exchange.post(await tokenOf('xx-none'), alert()), 'agency-unknown');
});

test('the embedded issuer is off, and what its keys sign is nothing', async () => {
  await expectProblem(await exchange.post(await exchange.token('mx-fgr'), alert()), 'token-invalid');
  const paths = ['/.well-known/openid-configuration', '/oidc/auth', '/oidc/token'];
  for (const path of paths) expect((await fetch(`${exchange.url}${path}`)).status).toBe(404);
  expect(await (await fetch(`${exchange.url}/.well-known/jwks.json`)).json()).toEqual({ keys: [] });
});
