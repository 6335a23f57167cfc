/** Apicurio Registry with its storage in PostgreSQL, spoken to through its Confluent-compatible API. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Java } from './java.ts';
import { jvmOptions } from './jvm.ts';
import type { ServerSpec } from './server-process.ts';

export interface RegistryOptions {
  readonly home: string;
  readonly folder: string;
  readonly java: Java;
  readonly jvm: readonly string[];
  readonly ports: { readonly registry: number; readonly registryManagement: number };
  readonly database: {
    readonly port: number;
    readonly name: string;
    readonly user: string;
    readonly password: string;
  };
}

const heapMegabytes = 256;
const probeBoundMs = 1_000;

export function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}/apis/ccompat/v7`;
}

export function registryServer(options: RegistryOptions): ServerSpec {
  const { database, ports } = options;
  // In a file, for there are more than 400 of them.
  const classPath = join(options.home, 'run', 'registry.classpath');
  writeFileSync(classPath, `-cp "${classPathOf(options.folder)}"\n`);
  return {
    name: 'registry',
    command: options.java.command,
    args: [...options.jvm, ...jvmOptions(heapMegabytes), ...manifestOptions, `@${classPath}`, mainClass],
    // The password is in the environment, which only the same user can read, and not in the arguments.
    env: {
      LANG: 'C.UTF-8',
      APICURIO_STORAGE_KIND: 'sql',
      APICURIO_STORAGE_SQL_KIND: 'postgresql',
      APICURIO_DATASOURCE_URL: `jdbc:postgresql://127.0.0.1:${database.port}/${database.name}`,
      APICURIO_DATASOURCE_USERNAME: database.user,
      APICURIO_DATASOURCE_PASSWORD: database.password,
      // By default 20 connections are opened before it is ready, each with a key derivation.
      APICURIO_DATASOURCE_JDBC_INITIAL_SIZE: '1',
      APICURIO_DATASOURCE_JDBC_MIN_SIZE: '1',
      APICURIO_DATASOURCE_JDBC_MAX_SIZE: '10',
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(ports.registry),
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: String(ports.registryManagement),
      QUARKUS_BANNER_ENABLED: 'false',
    },
    ready: (log) => log().includes('Profile prod activated') && answers(ports.registryManagement),
    startBoundMs: 180_000,
    stopSignal: 'SIGTERM',
    stopBoundMs: 20_000,
  };
}

/**
 * What `quarkus-run.jar` starts, from the plain class path instead of its own class loader: a class that the JVM's own
 * loader has loaded is taken from the archive as it is, and the registry is up in two thirds of the time. What the
 * build has transformed comes before what it was transformed from.
 */
const mainClass = 'io.quarkus.runner.GeneratedMain';

function classPathOf(folder: string): string {
  const jarsIn = (name: string) =>
    readdirSync(join(folder, name))
      .filter((file) => file.endsWith('.jar'))
      .sort()
      .map((file) => join(folder, name, file));
  const built = ['transformed-bytecode.jar', 'generated-bytecode.jar'].map((file) =>
    join(folder, 'quarkus', file),
  );
  return [...built, ...['app', 'lib/boot', 'lib/main'].flatMap(jarsIn)].join(':');
}

/** What the manifest of `quarkus-run.jar` asks for. */
const manifestOptions = ['--add-opens=java.base/java.lang=ALL-UNNAMED', '--enable-native-access=ALL-UNNAMED'];

async function answers(managementPort: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${managementPort}/health/ready`, {
      signal: AbortSignal.timeout(probeBoundMs),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
