/** Kafka and the registry, fetched by Maven once for all copies on the machine. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { place } from './download.ts';
import { StartFailure } from './failure.ts';
import { findProgram, run } from './program.ts';
import type { Progress } from './progress.ts';
import { kafkaVersion, log4jVersion, mavenDependencyPlugin, registryVersion } from './versions.ts';

export interface FetchOptions {
  readonly cache: string;
  readonly searchPath: readonly string[];
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  /** Of an archive: its ending, its classifier, and that nothing comes with it. */
  readonly archive?: { readonly type: string; readonly classifier: string };
}

/** @returns the folder of Kafka's jars */
export async function fetchKafka(options: FetchOptions): Promise<string> {
  const folder = join(options.cache, `kafka-${kafkaVersion}`);
  if (existsSync(folder)) return folder;
  const kafka = { group: 'org.apache.kafka', name: 'kafka_2.13', version: kafkaVersion };
  const logging = { group: 'org.apache.logging.log4j', name: 'log4j-slf4j-impl', version: log4jVersion };
  await place(folder, (partial) =>
    fetch(`Kafka ${kafkaVersion} (45 MB)`, [kafka, logging], partial, options),
  );
  return folder;
}

/** @returns the folder of Kafka's own measuring tools, with all that they need; the exchange itself does not need them */
export async function fetchKafkaTools(options: FetchOptions): Promise<string> {
  const folder = join(options.cache, `kafka-tools-${kafkaVersion}`);
  if (existsSync(folder)) return folder;
  const tools = { group: 'org.apache.kafka', name: 'kafka-tools', version: kafkaVersion };
  await place(folder, (partial) => fetch(`the tools of Kafka ${kafkaVersion}`, [tools], partial, options));
  return folder;
}

/** @returns the folder of the registry's runnable jar */
export async function fetchRegistry(options: FetchOptions): Promise<string> {
  const folder = join(options.cache, `apicurio-registry-${registryVersion}`);
  if (existsSync(folder)) return folder;
  const archive = { type: 'tar.gz', classifier: 'all' };
  const app = { group: 'io.apicurio', name: 'apicurio-registry-app', version: registryVersion, archive };
  await place(folder, async (partial) => {
    await fetch(`Apicurio Registry ${registryVersion} (159 MB)`, [app], partial, options);
    await unpack(partial);
  });
  return folder;
}

async function unpack(partial: string): Promise<void> {
  for (const name of readdirSync(partial).filter((n) => n.endsWith('.tar.gz'))) {
    const ran = await run('tar', ['-xzf', join(partial, name), '-C', partial]);
    if (ran.code !== 0) throw failed(`${name} could not be unpacked`, ran.output, partial);
    rmSync(join(partial, name));
  }
}

async function fetch(
  what: string,
  artifacts: readonly Artifact[],
  into: string,
  options: FetchOptions,
): Promise<void> {
  // Maven runs on the system's own Java, which has the trust store that the machine's owner looks after.
  const maven = findProgram('mvn', options.searchPath);
  if (!maven) {
    throw new StartFailure(
      'program-missing',
      `${what} is fetched by Maven, which is not installed: install it (apt install maven), or use docker compose.`,
    );
  }
  const pom = join(into, 'pom.xml');
  writeFileSync(pom, pomOf(artifacts));
  let files = 0;
  options.progress.say(`Fetching ${what} by Maven`);
  const tick = setInterval(() => options.progress.count(`  ${what}, files fetched:`, files), 1_000);
  try {
    const args = [...quietly, '-f', pom, `${plugin}:copy-dependencies`, `-DoutputDirectory=${into}`];
    const ran = await run(maven, args, {
      onLine: (line) => {
        if (line.startsWith('[INFO] Downloaded from')) files++;
      },
      ...(options.signal && { signal: options.signal }),
    });
    if (ran.code !== 0) throw failed(`${what} could not be fetched`, ran.output, into);
  } finally {
    clearInterval(tick);
  }
  rmSync(pom);
  options.progress.say(`Fetched ${what}`);
}

const plugin = `org.apache.maven.plugins:maven-dependency-plugin:${mavenDependencyPlugin}`;
/** A network that swallows packets must be noticed in seconds, not in the minutes that the defaults allow. */
const quietly = [
  '-B',
  '-Dstyle.color=never',
  '-Daether.connector.connectTimeout=10000',
  '-Daether.connector.requestTimeout=60000',
];

function failed(what: string, output: string, folder: string): StartFailure {
  if (/No space left on device/i.test(output)) {
    return new StartFailure(
      'disk-full',
      `${what}: the disk of ${folder} is full. Free some space, or set PUEBLA_CACHE to another disk.`,
    );
  }
  const reason =
    output.split('\n').find((line) => line.startsWith('[ERROR]')) ?? output.split('\n').at(-1) ?? '';
  return new StartFailure(
    'network',
    `${what}: no network, or no way to Maven Central from here (a mirror is set in ~/.m2/settings.xml). Maven said: ${reason.slice(0, 300)}`,
  );
}

function pomOf(artifacts: readonly Artifact[]): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.puebla</groupId><artifactId>servers</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${artifacts.map(dependencyOf).join('')}</dependencies>
</project>
`;
}

function dependencyOf({ group, name, version, archive }: Artifact): string {
  const alone =
    '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
  return `
    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version>${
      archive ? `<classifier>${archive.classifier}</classifier><type>${archive.type}</type>${alone}` : ''
    }</dependency>`;
}
