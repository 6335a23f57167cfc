/** Programs that tests and pictures need and npm does not bring: Debian's packages, installed when they are missing and it can be done. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { InstallFailure } from './install.mjs';

/** Package to a program of it, and what the paths of the tests have that need it. */
const programs = {
  chromium: { file: '/usr/bin/chromium', tests: 'console' },
  prometheus: { file: '/usr/bin/promtool', tests: 'observability' },
  pngquant: { file: '/usr/bin/pngquant' },
};

/** @param asked what of the tests is run; none: all of them */
export function installProgramsOfTests(asked) {
  installPrograms(
    Object.keys(programs).filter((name) => {
      const { tests } = programs[name];
      return tests !== undefined && (asked.length === 0 || asked.some((arg) => arg.includes(tests)));
    }),
  );
}

export function installPrograms(names) {
  const missing = names.filter((name) => !existsSync(programs[name].file));
  if (missing.length === 0) return;
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  const isRoot = process.getuid?.() === 0;
  const said = `Missing programs, ${missing.join(', ')}: ${command.join(' ')}`;
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
