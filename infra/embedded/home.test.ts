import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockHome, prepareHome } from './home.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'puebla-home-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('makes the folder; what is secret in it is closed to others', () => {
  const home = join(folder, 'a', 'b');
  prepareHome(home);
  expect(statSync(join(home, 'secrets')).mode & 0o777).toBe(0o700);
});

test('a disk without room is said before anything is started', () => {
  expect(failureOf(() => prepareHome(folder, Number.MAX_SAFE_INTEGER))).toMatchObject({
    code: 'disk-full',
    message: expect.stringContaining('MB free and needs'),
  });
});

test.each(['file/below', 'file'])('a home at %s, where no folder can be, is said', (path) => {
  writeFileSync(join(folder, 'file'), '');
  expect(failureOf(() => prepareHome(join(folder, path)))).toMatchObject({
    code: 'home',
    message: expect.stringContaining('set PUEBLA_HOME'),
  });
});

test('a home that the kernel does not let anyone write is said', () => {
  expect(failureOf(() => prepareHome('/proc/puebla'))).toMatchObject({ code: 'home' });
});

test('a home is held by one start at a time, by whatever path it is named', async () => {
  const unlock = await lockHome(folder);
  await expect(lockHome(`${folder}/.`)).rejects.toMatchObject({ code: 'already-running' });
  await unlock();
  await (await lockHome(folder))();
});

function failureOf(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
