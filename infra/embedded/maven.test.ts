import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchKafka } from './maven.ts';
import { silent } from './progress.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'puebla-maven-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that stands where Maven is looked for, and ends as Maven ends in a situation that a test cannot make. */
function withMaven(script: string) {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'mvn'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'mvn'), 0o755);
  return { cache: join(folder, 'cache'), searchPath: [bin], progress: silent };
}

/** Puts one file where Maven was told to put them. */
const fetching =
  'for a; do case $a in -DoutputDirectory=*) touch "$(echo $a | cut -d= -f2)/kafka.jar";; esac; done';

test('without Maven one line says what to install', async () => {
  const options = { cache: folder, searchPath: [], progress: silent };
  await expect(fetchKafka(options)).rejects.toMatchObject({
    code: 'program-missing',
    message: expect.stringContaining('apt install maven'),
  });
});

test('without a network one line says so, nothing half is left, and the next try starts anew', async () => {
  const offline = withMaven(
    'echo "[ERROR] Could not transfer artifact: repo.maven.apache.org: Name or service not known"; exit 1',
  );
  await expect(fetchKafka(offline)).rejects.toMatchObject({
    code: 'network',
    message: expect.stringMatching(/no network.*Maven said: \[ERROR\] Could not transfer artifact/),
  });
  expect(readdirSync(offline.cache)).toEqual([]);
  const jars = await fetchKafka(withMaven(fetching));
  expect(readdirSync(jars)).toEqual(['kafka.jar']);
});

test('a full disk is told apart', async () => {
  const full = withMaven('echo "[ERROR] No space left on device"; exit 1');
  await expect(fetchKafka(full)).rejects.toMatchObject({ code: 'disk-full' });
});

test('what is there is not fetched again; what a killed run left half is removed', async () => {
  const options = withMaven(fetching);
  const stale = join(options.cache, '.partial-4194999-kafka');
  mkdirSync(stale, { recursive: true });
  const jars = await fetchKafka(options);
  expect(existsSync(stale)).toBe(false);
  expect(await fetchKafka({ ...options, searchPath: [] })).toBe(jars);
});
