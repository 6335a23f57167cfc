/**
 * How a server is run on Java: small, quick to start, and with the archive of its loaded classes (CDS), which halves
 * the time to ready. An archive is good for one Java and one version of the server; it is written once, when a server
 * that was started for that ends, and put in place by a rename, so that none is ever read half.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { identify } from './identity.ts';
import type { Java } from './java.ts';

export interface ClassArchive {
  readonly file: string;
  exists(): boolean;
  /** Options of a run that uses the archive where there is one. */
  readonly use: readonly string[];
  /** Options of a run that writes it when it ends; then `keep`. */
  readonly record: readonly string[];
  keep(): void;
}

export function classArchive(cache: string, server: string, java: Java): ClassArchive {
  const folder = join(cache, 'class-data');
  mkdirSync(folder, { recursive: true });
  const key = createHash('sha256').update(`${java.home}\n${java.version}`).digest('hex').slice(0, 12);
  const file = join(folder, `${server}-java-${java.version}-${key}.jsa`);
  const partial = `${file}.${process.pid}`;
  return {
    file,
    exists: () => existsSync(file),
    /* asked when it is used: it may have been recorded since */
    get use() {
      return existsSync(file) ? [`-XX:SharedArchiveFile=${file}`] : [];
    },
    record: [`-XX:ArchiveClassesAtExit=${partial}`],
    keep() {
      removeStale(folder, basename(file));
      if (existsSync(partial)) renameSync(partial, file);
    },
  };
}

/** What runs that were killed while they wrote have left, 70 MB each: a name with the pid of one that is gone. */
function removeStale(folder: string, name: string): void {
  for (const entry of readdirSync(folder)) {
    const pid = entry.startsWith(`${name}.`) ? Number(entry.slice(name.length + 1)) : Number.NaN;
    if (Number.isNaN(pid) || pid === process.pid || identify(pid)) continue;
    rmSync(join(folder, entry));
  }
}

/**
 * Two cores are shared by two JVMs, PostgreSQL and Node: the first compiler alone and the serial collector start
 * soonest and take the least beside the others.
 */
export function jvmOptions(heapMegabytes: number): readonly string[] {
  return [
    `-Xmx${heapMegabytes}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:-UsePerfData',
    '-XX:+ExitOnOutOfMemoryError',
    '-Xshare:auto',
    '-Xlog:disable',
    '-Xlog:all=error:stderr',
    '-Djava.awt.headless=true',
  ];
}
