import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bestArchiveKind, classArchive } from './jvm.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'puebla-jvm-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

const java = (version: string, home = '/jdk') => ({ command: `${home}/bin/java`, home, version });

test('an archive is used from the moment it has been recorded, by the same Java alone', () => {
  const archive = classArchive(cache, 'kafka-1', java('25'));
  expect(archive.use).toEqual([]);
  const [, partial = ''] = /^-XX:ArchiveClassesAtExit=(.+)$/.exec(archive.record[0] ?? '') ?? [];
  archive.keep();
  expect(archive.exists()).toBe(false);

  writeFileSync(partial, 'classes');
  archive.keep();
  expect(existsSync(partial)).toBe(false);
  expect(archive.use).toEqual([`-XX:SharedArchiveFile=${archive.file}`]);
  expect(classArchive(cache, 'kafka-1', java('25')).exists()).toBe(true);
  expect(classArchive(cache, 'kafka-1', java('25.0.1')).exists()).toBe(false);
  expect(classArchive(cache, 'kafka-1', java('25', '/other')).exists()).toBe(false);
  expect(classArchive(cache, 'kafka-2', java('25')).exists()).toBe(false);
});

test('what a killed recording has left is removed, and what another is writing is not', () => {
  const archive = classArchive(cache, 'kafka-1', java('25'));
  const stale = `${archive.file}.4194999`;
  const others = `${archive.file}.${process.ppid}`;
  for (const file of [stale, others]) writeFileSync(file, '');
  archive.keep();
  expect(existsSync(stale)).toBe(false);
  expect(existsSync(others)).toBe(true);
});

test('an AOT cache where Java can write one, else a class-data archive', () => {
  expect(bestArchiveKind(java('21.0.3'))).toBe('cds');
  expect(bestArchiveKind(java('25.0.1'))).toBe('aot');
  const archive = classArchive(cache, 'registry-1', java('25'), 'aot');
  writeFileSync(archive.record[0]?.replace('-XX:AOTCacheOutput=', '') ?? '', 'classes');
  archive.keep();
  expect(archive.use).toEqual([`-XX:AOTCache=${archive.file}`]);
});
