/** Programs that the tests run and npm does not bring: Debian's packages, installed when they are missing and it can be done. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { InstallFailure } from './install.mjs';

/** Package to a program of it, and what the paths of the tests have that need it. */
const programs = {
  chromium: { file: '/usr/bin/chromium', tests: 'console' },
  prometheus: { file: '/usr/bin/promtool', tests: 'observability' },
};

/** @param asked what of the tests is run; none: all of them */
export function installPrograms(asked) {
  const missing = Object.entries(programs)
    .filter(([, { tests }]) => asked.length === 0 || asked.some((arg) => arg.includes(tests)))
    .flatMap(([name, { file }]) => (existsSync(file) ? [] : [name]));
  if (missing.length === 0) return;
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  const isRoot = process.getuid?.() === 0;
  const said = `The tests need ${missing.join(', ')}: ${command.join(' ')}`;
  if (!isRoot || !existsSync('/usr/bin/apt-get')) throw new InstallFailure(4, said);
  console.error(said);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (args) =>
    spawnSync(args[0], args.slice(1), { stdio: ['ignore', 'ignore', 'inherit'], env }).status;
  // Lists may be older than the packages that they name.
  if (run(command) === 0) return;
  run(['apt-get', 'update']);
  if (run(command) !== 0) throw new InstallFailure(4, said);
}
