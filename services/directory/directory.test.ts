import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, createVerifier, currentDirectory, followSigningKeys, mintToken } from '@puebla/kit';
import { agencies, demonstrationRegister, participants } from '@puebla/schemas';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDirectory } from './index.ts';

const directory = currentDirectory(demonstrationRegister);
const log = createLog({ level: 'silent' });
/** What is public asks for no token. */
const unused = createVerifier({ issuer: '', audience: '', jwks: { keys: [] }, directory });
let home: string;
let base: string;
const server = createServer();
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-directory-'));
  const keys = await followSigningKeys(home);
  const signIn = { home, keys, url: () => base };
  const { router } = await startDirectory({ directory, verifier: unused, log, signIn });
  const app = express();
  if (router) app.use(router);
  server.on('request', app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // TCP: never a string
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(home, { recursive: true, force: true });
});

const get = async (path: string) => {
  const response = await fetch(base + path);
  return { status: response.status, headers: response.headers, body: await response.json() };
};

test('every agency is listed with its participant, status, roles and name', async () => {
  const { status, headers, body } = await get('/v1/agencies');
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-cache');
  expect(body).toEqual({
    items: agencies.map(({ id, participant, name }) => ({
      id,
      participant,
      status: participants.find(({ code }) => code === participant)?.status,
      roles: participant === 'ES' ? ['analyst'] : ['publisher', 'analyst'],
      name,
    })),
  });
});

test('every participant is listed, in lane order, with its agencies', async () => {
  const { body } = await get('/v1/participants');
  expect(body).toMatchObject({
    items: participants.map(({ code, status, name }) => ({ code, status, name })),
  });
});

test('tokens of the same home verify against the published keys', async () => {
  const { headers } = await get('/.well-known/jwks.json');
  expect(headers.get('content-type')).toMatch('application/jwk-set+json');
  const options = { issuer: 'https://issuer.test', audience: 'puebla' };
  const verifier = createVerifier({ ...options, directory, jwks: new URL('/.well-known/jwks.json', base) });
  const token = await mintToken({ ...options, home, agency: 'mx-fgr' });
  expect(await verifier.authenticate(`Bearer ${token}`, 'read')).toMatchObject({
    reader: { agency: 'mx-fgr', participant: 'MX' },
  });
});

test('outside embedded mode no key is published', async () => {
  const { checks } = await startDirectory({ directory, verifier: unused, log });
  expect(await checks()).toEqual([
    { name: 'directory', ok: true, detail: `${agencies.length} agencies, 0 signing keys` },
  ]);
});
