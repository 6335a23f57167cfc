/**
 * `npm start`, `npm test` and `npm run check`, `demo`, `pictures`, `bench`, `soak` begin here: plain JavaScript that Node 20 runs with nothing installed. It
 * installs what is missing, then goes on in the Node that the lockfile brings. Exit codes: README.md beside this file.
 */
import { check } from './bootstrap/check.mjs';
import { installPrograms } from './bootstrap/debian.mjs';
import { InstallFailure, install } from './bootstrap/install.mjs';
import { root, runNode } from './bootstrap/node.mjs';
import { buildPage } from './bootstrap/page.mjs';
import { test } from './bootstrap/test.mjs';
import nodeFlags from './node-flags.json' with { type: 'json' };

const tasks = {
  // kafkajs, which makes the topics, arms timers in the past (kafkajs#1751): harmless, and said at every start. Events live for
  // milliseconds: in a larger nursery nearly all of them have gone when it is swept.
  start: (args) => runNode([...nodeFlags, `${root}/infra/start.ts`, ...args]),
  demo: (args) => runNode([`${root}/services/cli/bin/run.ts`, 'demo', ...args]),
  pictures: () => {
    installPrograms(['chromium', 'pngquant']);
    return runNode([`${root}/tests/console/pictures.ts`]);
  },
  // It loads, and gives what it loads those flags: with a large nursery of its own it would take the caches from them.
  bench: (args) => runNode([`${root}/tests/load/bench.ts`, ...args]),
  soak: (args) => runNode([`${root}/tests/soak/soak.ts`, ...args]),
  check: async () => ((await check()) ? 0 : 1),
  test,
};

const [name = '', ...args] = process.argv.slice(2);
const task = tasks[name];
if (!task) {
  console.error(`Usage: node infra/bootstrap.mjs ${Object.keys(tasks).join(' | ')}`);
  process.exitCode = 2;
} else {
  try {
    await install();
    await buildPage();
    process.exitCode = await task(args);
  } catch (error) {
    if (!(error instanceof InstallFailure)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}
