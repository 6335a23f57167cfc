/** Debian's Prometheus and promtool, which `npm test` installs where they are missing (`infra/bootstrap/debian.mjs`); for tests. */
import { readConfig } from '../../services/kit/config.ts';
import { findProgram, type Ran, type RunOptions, run } from '../embedded/program.ts';

/** Its path. Throws Error where it is not installed. */
export function debianProgram(name: 'prometheus' | 'promtool'): string {
  const found = findProgram(name, readConfig(process.env).searchPath);
  if (found === undefined) throw new Error(`There is no ${name}: apt install prometheus, as root.`);
  return found;
}

/** Runs promtool to its end. */
export async function promtool(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(debianProgram('promtool'), args, options);
}
