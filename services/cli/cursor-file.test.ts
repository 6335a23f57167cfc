import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cursorFile } from './cursor-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puebla-cursor-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('there is no place until one was kept; then the last one is there', async () => {
  const path = join(folder, 'place');
  const file = cursorFile(path);
  expect(await file.read()).toBeUndefined();
  for (const cursor of ['a', 'b', 'c']) file.keep(cursor);
  await file.close();
  expect(await readFile(path, 'utf8')).toBe('c\n');
  expect(await cursorFile(path).read()).toBe('c');
  expect(await readdir(folder)).toEqual(['place']);
});

test('closing with nothing kept leaves no file', async () => {
  await cursorFile(join(folder, 'place')).close();
  expect(await readdir(folder)).toEqual([]);
});

test('a place is written while the reader goes on', async () => {
  const path = join(folder, 'place');
  const file = cursorFile(path);
  file.keep('a');
  const written = (): Promise<string> => readFile(path, 'utf8').catch(() => '');
  while ((await written()) === '') await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await written()).toBe('a\n');
  await file.close();
});

test('a place that cannot be written is an error at the end', async () => {
  const file = cursorFile(join(folder, 'no', 'place'));
  file.keep('a');
  await expect(file.close()).rejects.toThrow('ENOENT');
});
