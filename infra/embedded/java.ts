/** Which Java runs the embedded servers. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fetchJava } from './java-wheel.ts';
import { findProgram, isExecutable, run } from './program.ts';
import type { Progress } from './progress.ts';
import { leastJavaVersion } from './versions.ts';

export interface Java {
  /** The program itself. */
  readonly command: string;
  readonly home: string;
  /** As its `release` file has it, such as `25.0.1`. */
  readonly version: string;
}

export interface JavaPlaces {
  readonly javaHome?: string;
  readonly searchPath: readonly string[];
  readonly cache: string;
  /** The distribution's folder of JDKs. */
  readonly systemFolder?: string;
}

/**
 * The first that is new enough: JAVA_HOME, then PATH, then the distribution's JDKs from the newest down, then one that
 * was fetched earlier, then one that is fetched now.
 * @throws StartFailure with code `program-missing` or `network`
 */
export async function findJava(places: JavaPlaces, progress: Progress, signal?: AbortSignal): Promise<Java> {
  return (await findInstalledJava(places)) ?? (await fetchedJava(places, progress, signal));
}

export async function findInstalledJava(places: JavaPlaces): Promise<Java | undefined> {
  const onPath = findProgram('java', places.searchPath);
  const homes = [
    ...(places.javaHome ? [places.javaHome] : []),
    ...(onPath ? [dirname(dirname(realpathSync(onPath)))] : []),
  ];
  for (const home of homes) {
    const java = await javaAt(home);
    if (java && isNewEnough(java)) return java;
  }
  const system = await Promise.all(foldersIn(places.systemFolder ?? '/usr/lib/jvm').map(javaAt));
  return system
    .filter((java) => java !== undefined)
    .filter(isNewEnough)
    .toSorted((a, b) => majorOf(b.version) - majorOf(a.version))[0];
}

async function fetchedJava(places: JavaPlaces, progress: Progress, signal?: AbortSignal): Promise<Java> {
  const java = await javaAt(await fetchJava(places, progress, signal));
  if (!java) throw new Error('The Java that was fetched does not run.');
  return java;
}

/** Java in a folder; its `release` file says the version without starting it, which would take 0.1 s each. */
async function javaAt(home: string): Promise<Java | undefined> {
  const command = join(home, 'bin', 'java');
  if (!isExecutable(command)) return undefined;
  const version = versionFromRelease(home) ?? (await versionFromItself(command));
  return version === undefined ? undefined : { command, home: realpathSync(home), version };
}

function versionFromRelease(home: string): string | undefined {
  try {
    return /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(join(home, 'release'), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

async function versionFromItself(command: string): Promise<string | undefined> {
  try {
    return /version "([^"]+)"/.exec((await run(command, ['-version'])).output)?.[1];
  } catch {
    return undefined;
  }
}

/** 8 for `1.8.0_402`, 25 for `25.0.1`. */
export function majorOf(version: string): number {
  const [first, second] = version.split(/[.+_-]/);
  return Number(first === '1' ? second : first) || 0;
}

function isNewEnough(java: Java): boolean {
  return majorOf(java.version) >= leastJavaVersion;
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
