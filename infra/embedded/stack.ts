/**
 * Kafka, the schema registry and PostgreSQL as three processes beside this one. A server whose address is configured
 * is not started; everything else about a stack is the same.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../services/kit/config.ts';
import { exercise } from './exercise.ts';
import { StartFailure } from './failure.ts';
import { lockHome, prepareHome } from './home.ts';
import { findJava, type Java } from './java.ts';
import { bestArchiveKind, type ClassArchive, classArchive } from './jvm.ts';
import { clusterIdOf, kafkaServer } from './kafka.ts';
import { fetchKafka, fetchRegistry } from './maven.ts';
import { choosePorts } from './ports.ts';
import { databasePassword, databases, databaseUser, postgresServer } from './postgres.ts';
import { type Progress, silent } from './progress.ts';
import { registryServer, registryUrl } from './registry.ts';
import { endLeftover, type ServerProcess, type ServerSpec, startServer } from './server-process.ts';
import { kafkaVersion, registryVersion } from './versions.ts';

export type StackConfig = Pick<
  Config,
  'home' | 'cache' | 'kafkaBrokers' | 'registryUrl' | 'databaseUrl' | 'javaHome' | 'searchPath'
>;

const serverNames = ['kafka', 'registry', 'postgres'] as const;
export type ServerName = (typeof serverNames)[number];

/** One embedded server, which faults are tried on. */
export interface StackServer {
  readonly pid: number;
  isAlive(): boolean;
  /** Resolves when the process of now has ended, for whatever reason. */
  ended(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Starts it again at the same address with the same data, after it has ended in whatever way. */
  start(): Promise<void>;
}

export interface Stack {
  /** `host:port`; of a configured Kafka all of them, with commas between. */
  readonly kafka: string;
  /** Base of the Confluent-compatible API. */
  readonly registryUrl: string;
  /** With the password in it: not to be printed. */
  readonly databaseUrl: string;
  /** Of what is embedded. */
  readonly versions: Readonly<Record<string, string>>;
  /** The embedded servers; a configured one is not among them. */
  readonly servers: Readonly<Partial<Record<ServerName, StackServer>>>;
  /** Stops all, the registry and Kafka before PostgreSQL; no process is left. */
  close(): Promise<void>;
  /** SIGKILL to all of them. */
  kill(): Promise<void>;
  /** The same without waiting: for a process that is about to exit. */
  killNow(): void;
}

const portNames = ['kafka', 'kafkaController', 'registry', 'registryManagement', 'postgres'] as const;

export interface StackOptions {
  readonly progress?: Progress;
  /** Ends a start that is going on; what it has started is stopped. */
  readonly signal?: AbortSignal;
  /** Called when every server has been launched and only waiting is left: the moment for work of one's own. */
  readonly onLaunched?: () => void;
}

/** @throws StartFailure, whose message is the one line that a person should see */
export async function startStack(config: StackConfig, options: StackOptions = {}): Promise<Stack> {
  prepareHome(config.home);
  const unlock = await lockHome(config.home);
  try {
    const plan = await planOf(config, options);
    await removeTraining(config.home);
    if (plan.archives.some((archive) => !archive.exists())) await recordArchives(config, options);
    const running = await startAll(config, plan, 'use', options);
    return stackOf(config, plan, running, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

interface Plan {
  readonly ports: Readonly<Record<(typeof portNames)[number], number>>;
  readonly archives: readonly ClassArchive[];
  readonly versions: Readonly<Record<string, string>>;
  /** How each server that is to be embedded is made ready to be started. */
  readonly prepare: Readonly<Partial<Record<ServerName, (mode: 'use' | 'record') => Promise<ServerSpec>>>>;
}

type Running = Map<ServerName, { process: ServerProcess; readonly spec: ServerSpec }>;

/** What is to be started, with everything at hand that it needs and nothing of an earlier run in its way. */
async function planOf(config: StackConfig, { progress = silent, signal }: StackOptions = {}): Promise<Plan> {
  const { home } = config;
  const wants = {
    kafka: config.kafkaBrokers === undefined,
    registry: config.registryUrl === undefined,
    // The registry keeps its schemas in PostgreSQL, and not in a database that was given for the exchange's views.
    postgres: config.databaseUrl === undefined || config.registryUrl === undefined,
  };
  const fetching = { ...config, progress, ...(signal && { signal }) };
  const java = wants.kafka || wants.registry ? await findJava(config, progress, signal) : undefined;
  const jars = wants.kafka ? await fetchKafka(fetching) : undefined;
  const registry = wants.registry ? await fetchRegistry(fetching) : undefined;
  const left = await Promise.all(serverNames.map((name) => endLeftover(home, name)));
  if (left.includes(true)) progress.say('Ended the servers that an earlier run had left');
  const ports = await choosePorts(home, portNames);
  const kafkaArchive = java && jars && classArchive(config.cache, `kafka-${kafkaVersion}`, java);
  const registryArchive =
    java &&
    registry &&
    classArchive(config.cache, `registry-${registryVersion}`, java, bestArchiveKind(java));
  return {
    ports,
    archives: [kafkaArchive, registryArchive].filter((archive) => typeof archive === 'object'),
    versions: versionsOf(wants, java),
    prepare: {
      ...(java &&
        jars &&
        kafkaArchive && {
          kafka: (mode) => kafkaServer({ home, jars, java, jvm: kafkaArchive[mode], ports }),
        }),
      ...(wants.postgres && { postgres: () => postgresServer(home, ports.postgres) }),
      ...(java &&
        registry &&
        registryArchive && {
          registry: async (mode) => {
            const password = databasePassword(home);
            const database = { port: ports.postgres, name: databases.registry, user: databaseUser, password };
            return registryServer({
              home,
              folder: registry,
              java,
              jvm: registryArchive[mode],
              ports,
              database,
            });
          },
        }),
    },
  };
}

function versionsOf(
  wants: Readonly<Record<ServerName, boolean>>,
  java: Java | undefined,
): Record<string, string> {
  return {
    ...(java && { java: java.version }),
    ...(wants.kafka && { kafka: kafkaVersion }),
    ...(wants.registry && { registry: registryVersion }),
    ...(wants.postgres && { postgres: '18' }),
  };
}

/**
 * Once for each Java and version: a stack in a folder of its own, which is used a little, and writes down when it ends
 * which classes were loaded.
 */
async function recordArchives(config: StackConfig, { progress, signal }: StackOptions): Promise<void> {
  progress?.say('Preparing quick starts (once)');
  const training = { ...config, home: trainingHome(config.home) };
  const during = signal && { signal };
  prepareHome(training.home);
  const plan = await planOf(training, during);
  const running = await startAll(training, plan, 'record', during);
  await exercise(plan.ports).catch(() => undefined);
  await stopAll(running);
  for (const archive of plan.archives) archive.keep();
  await removeTraining(config.home);
}

function trainingHome(home: string): string {
  return join(home, 'training');
}

/** Also what a recording that was killed has left, with its servers. */
async function removeTraining(home: string): Promise<void> {
  const folder = trainingHome(home);
  if (!existsSync(folder)) return;
  await Promise.all(serverNames.map((name) => endLeftover(folder, name)));
  rmSync(folder, { recursive: true });
}

/** PostgreSQL before the registry, which needs it; Kafka beside both. */
async function startAll(
  config: StackConfig,
  plan: Plan,
  mode: 'use' | 'record',
  { progress = silent, signal, onLaunched }: StackOptions = {},
): Promise<Running> {
  const running: Running = new Map();
  let launching = serverNames.filter((name) => plan.prepare[name]).length;
  const launched = () => {
    if (--launching === 0) onLaunched?.();
  };
  const start = async (name: ServerName) => {
    const begun = performance.now();
    const prepared = await plan.prepare[name]?.(mode);
    if (!prepared) return;
    const spec = mode === 'record' ? { ...prepared, stopBoundMs: recordBoundMs } : prepared;
    signal?.throwIfAborted();
    running.set(name, {
      process: await startServer(config.home, spec, { launched, ...(signal && { signal }) }),
      spec,
    });
    progress.say(`${titles[name]} is up (${((performance.now() - begun) / 1_000).toFixed(1)} s)`);
  };
  const all = await Promise.allSettled([start('kafka'), start('postgres').then(() => start('registry'))]);
  const failed = all.find((one) => one.status === 'rejected');
  if (!failed) return running;
  await stopAll(running);
  throw failed.reason;
}

/** Writing an archive takes seconds, and a minute on a machine that is busy with other things. */
const recordBoundMs = 180_000;

const titles: Readonly<Record<ServerName, string>> = {
  kafka: 'Kafka',
  registry: 'Registry',
  postgres: 'PostgreSQL',
};

async function stopAll(running: Running): Promise<void> {
  await Promise.all((['registry', 'kafka'] as const).map((name) => running.get(name)?.process.stop()));
  await running.get('postgres')?.process.stop();
}

function stackOf(config: StackConfig, plan: Plan, running: Running, unlock: () => Promise<void>): Stack {
  const password = () => encodeURIComponent(databasePassword(config.home));
  const clusterId = clusterIdOf(config.home);
  return {
    kafka: config.kafkaBrokers?.join(',') ?? `127.0.0.1:${plan.ports.kafka}`,
    registryUrl: config.registryUrl ?? registryUrl(plan.ports.registry),
    databaseUrl:
      config.databaseUrl ??
      `postgresql://${databaseUser}:${password()}@127.0.0.1:${plan.ports.postgres}/${databases.exchange}`,
    versions: { ...plan.versions, ...(clusterId !== undefined && { clusterId }) },
    servers: Object.fromEntries([...running.keys()].map((name) => [name, serverOf(config, running, name)])),
    async close() {
      await stopAll(running);
      await unlock();
    },
    async kill() {
      await Promise.all([...running.values()].map((server) => server.process.kill()));
      await unlock();
    },
    killNow() {
      for (const server of running.values()) server.process.killNow();
    },
  };
}

function serverOf(config: StackConfig, running: Running, name: ServerName): StackServer {
  const current = () => {
    const server = running.get(name);
    if (!server) throw new StartFailure('unexpected', `${name} is not embedded.`);
    return server;
  };
  return {
    get pid() {
      return current().process.pid;
    },
    isAlive: () => current().process.isAlive(),
    ended: () => current().process.ended,
    stop: () => current().process.stop(),
    kill: () => current().process.kill(),
    async start() {
      const server = current();
      if (!server.process.isAlive()) server.process = await startServer(config.home, server.spec);
    },
  };
}
