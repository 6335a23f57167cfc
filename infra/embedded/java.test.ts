import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findInstalledJava, findJava, majorOf } from './java.ts';
import { silent } from './progress.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'puebla-java-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A Java that says its version in its `release` file, or only when it is run. */
function java(name: string, version: string, says: 'release' | 'itself' = 'release'): string {
  const home = join(folder, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  const command = join(home, 'bin', 'java');
  writeFileSync(
    command,
    says === 'itself' ? `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n` : '#!/bin/sh\n',
  );
  chmodSync(command, 0o755);
  if (says === 'release')
    writeFileSync(join(home, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return home;
}

const places = (more: object) => ({
  searchPath: [],
  cache: join(folder, 'cache'),
  systemFolder: join(folder, 'jvm'),
  ...more,
});

test('JAVA_HOME comes before PATH, and PATH before the JDKs of the system', async () => {
  const javaHome = java('home', '21.0.1');
  const path = java('path', '22.0.1');
  java('jvm/newest', '25.0.1');
  const all = { javaHome, searchPath: [join(path, 'bin')] };
  expect((await findInstalledJava(places(all)))?.version).toBe('21.0.1');
  expect((await findInstalledJava(places({ searchPath: all.searchPath })))?.version).toBe('22.0.1');
  expect((await findInstalledJava(places({})))?.version).toBe('25.0.1');
});

test('what is too old is passed over, wherever it is', async () => {
  java('jvm/old', '17.0.15');
  java('jvm/new', '21');
  const old = { javaHome: java('home', '17.0.1'), searchPath: [join(java('path', '1.8.0_402'), 'bin')] };
  expect((await findInstalledJava(places(old)))?.version).toBe('21');
});

test('of the JDKs of the system the newest is taken', async () => {
  for (const version of ['9.0.4', '21.0.3', '25.0.1', '24.0.2']) java(`jvm/jdk-${version}`, version);
  expect((await findInstalledJava(places({})))?.version).toBe('25.0.1');
});

test('a java on PATH is followed to its home', async () => {
  const home = java('real', '25.0.1');
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(home, 'bin', 'java'), join(folder, 'bin', 'java'));
  expect((await findInstalledJava(places({ searchPath: [join(folder, 'bin')] })))?.home).toBe(home);
});

test('a Java without a release file is asked itself', async () => {
  expect((await findInstalledJava(places({ javaHome: java('home', '23.0.1', 'itself') })))?.version).toBe(
    '23.0.1',
  );
});

test('with none, and nothing to fetch one with, one line says what to do', async () => {
  await expect(findJava(places({ javaHome: join(folder, 'nowhere') }), silent)).rejects.toMatchObject({
    code: 'program-missing',
    message: expect.stringMatching(/^No Java of 21 or newer .*install a JDK.*docker compose\.$/),
  });
});

test.each([
  ['1.8.0_402', 8],
  ['17.0.15', 17],
  ['21', 21],
  ['25-ea', 25],
  ['25.0.1+8', 25],
  ['', 0],
])('%s is Java %i', (version, major) => {
  expect(majorOf(version)).toBe(major);
});
