/** Builds the console's page when what it is made of is newer than what was built. */
import { readdirSync, statSync } from 'node:fs';
import { InstallFailure } from './install.mjs';
import { root, runNode } from './node.mjs';

const folder = `${root}/services/console`;
const madeOf = ['schemas', 'services/console/web'];
const vite = `${root}/node_modules/vite/bin/vite.js`;

export async function buildPage() {
  const built = statSync(`${folder}/dist/index.html`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (inputs().every((path) => statSync(path).mtimeMs < built)) return;
  const code = await runNode([vite, 'build', '--logLevel=error', `--config=${folder}/vite.config.ts`]);
  if (code !== 0) throw new InstallFailure(1, 'The page of the console could not be built: see above.');
}

/** Folders too: a file that is gone leaves its folder changed. */
function inputs() {
  const below = madeOf.flatMap((top) =>
    readdirSync(`${root}/${top}`, { recursive: true })
      .map((path) => `${root}/${top}/${path}`)
      .filter((path) => !/\/node_modules|\.tsbuildinfo$|\.test\.ts$/.test(path)),
  );
  return [`${root}/package-lock.json`, `${folder}/vite.config.ts`, ...below];
}
