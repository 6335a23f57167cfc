/**
 * How a server is run on Java: small, quick to start, and with the archive of its loaded classes (CDS), which halves
 * the time to ready. An archive is good for one Java and one version of the server; it is written once, when a server
 * that was started for that ends, and put in place by a rename, so that none is ever read half.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { identify } from './identity.ts';
import { type Java, majorOf } from './java.ts';

export interface ClassArchive {
  readonly file: string;
  exists(): boolean;
  /** Options of a run that uses the archive where there is one. */
  readonly use: readonly string[];
  /** Options of a run that writes it when it ends; then `keep`. */
  readonly record: readonly string[];
  keep(): void;
}

/**
 * The two kinds of archive. `cds` maps classes as they were loaded; `aot` (JEP 483 and 514) also keeps them linked, which
 * pays where there are very many of them, and takes several times as long to write.
 */
export type ArchiveKind = 'cds' | 'aot';

/** The first Java that writes an AOT cache in one run. */
const firstAotJava = 25;

export function bestArchiveKind(java: Java): ArchiveKind {
  return majorOf(java.version) >= firstAotJava ? 'aot' : 'cds';
}

const options = {
  cds: { use: '-XX:SharedArchiveFile', record: '-XX:ArchiveClassesAtExit' },
  aot: { use: '-XX:AOTCache', record: '-XX:AOTCacheOutput' },
} as const;

/** @param server its name and version */
export function classArchive(
  cache: string,
  server: string,
  java: Java,
  kind: ArchiveKind = 'cds',
): ClassArchive {
  const folder = join(cache, 'class-data');
  mkdirSync(folder, { recursive: true });
  const key = createHash('sha256').update(`${java.home}\n${java.version}`).digest('hex').slice(0, 12);
  const file = join(folder, `${server}-java-${java.version}-${key}.${kind}`);
  const partial = `${file}.${process.pid}`;
  return {
    file,
    exists: () => existsSync(file),
    // Asked when it is used: it may have been recorded since.
    get use() {
      return existsSync(file) ? [`${options[kind].use}=${file}`] : [];
    },
    record: [`${options[kind].record}=${partial}`],
    keep() {
      removeStale(folder, basename(file));
      if (existsSync(partial)) renameSync(partial, file);
    },
  };
}

/** What runs that were killed while they wrote have left, 70 MB each: a name with the pid of one that is gone. */
function removeStale(folder: string, name: string): void {
  for (const entry of readdirSync(folder)) {
    const pid = entry.startsWith(`${name}.`) ? Number.parseInt(entry.slice(name.length + 1), 10) : Number.NaN;
    if (Number.isNaN(pid) || pid === process.pid || identify(pid)) continue;
    rmSync(join(folder, entry));
  }
}

/**
 * Two cores are shared by two JVMs, PostgreSQL and Node: the first compiler alone and the serial collector start
 * soonest and take the least beside the others. Measured with an archive on two busy cores, CPU seconds to ready: Kafka
 * 2.2 (AOT 2.1), the registry as it comes 3.7, on a flat class path 3.1, and with AOT 2.4.
 */
export function jvmOptions(heapMegabytes: number): readonly string[] {
  return [
    `-Xmx${heapMegabytes}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    // With the 48 MB that go with one compiler a few MB of new code set off a full collection: 70 ms in which the broker stands still.
    '-XX:ReservedCodeCacheSize=128m',
    '-XX:-UsePerfData',
    '-XX:+ExitOnOutOfMemoryError',
    '-Xlog:disable',
    '-Xlog:all=error:stderr',
    '-Djava.awt.headless=true',
  ];
}
