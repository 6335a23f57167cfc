import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('the page is built from what the image copies, and nothing else', async () => {
  const [, stage = ''] =
    /^FROM packages AS page\n([\s\S]*?)\n\n/m.exec(
      await readFile(join(root, 'infra/containers/Dockerfile'), 'utf8'),
    ) ?? [];
  const copied = [...stage.matchAll(/^COPY (\S+) \S+$/gm)].map(([, from = '']) => from);
  expect(copied).toContain('services/console');
  const context = (await readFile(join(root, '.dockerignore'), 'utf8')).match(/(?<=^!).*/gm);
  for (const from of copied) expect(context).toContain(from.split('/', 1)[0]);
  const folder = await mkdtemp(join(tmpdir(), 'puebla-page-'));
  try {
    const isSource = (path: string): boolean =>
      !/\/(?:node_modules|dist)(?:\/|$)/.test(path.slice(root.length));
    for (const from of copied)
      await cp(join(root, from), join(folder, from), { recursive: true, filter: isSource });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel=error'], {
      cwd: join(folder, 'services/console'),
    });
    expect(await readFile(join(folder, 'services/console/dist/index.html'), 'utf8')).toContain(
      '<script type="module"',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);
