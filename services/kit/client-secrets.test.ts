import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientSecrets } from './client-secrets.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-clients-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('each agency has one of its own, the same for whoever shares the key, another with another key', async () => {
  const [one, again] = await Promise.all([clientSecrets(home), clientSecrets(home)]);
  const secrets = ['mx-fgr', 'mx-inm', 'gt-mp', 'gt-new'].map(one);
  expect(new Set(secrets).size).toBe(4);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  expect(['mx-fgr', 'mx-inm', 'gt-mp', 'gt-new'].map(again)).toEqual(secrets);
  expect((await stat(join(home, 'keys', 'clients.key'))).mode & 0o777).toBe(0o600);
  await rm(join(home, 'keys', 'clients.key'));
  expect((await clientSecrets(home))('mx-fgr')).not.toBe(secrets[0]);
});

test('a damaged key file is named', async () => {
  await clientSecrets(home);
  await writeFile(join(home, 'keys', 'clients.key'), 'short');
  await expect(clientSecrets(home)).rejects.toThrow('keys/clients.key');
});
