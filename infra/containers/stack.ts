/**
 * Kafka, the registry and PostgreSQL as three containers of this machine's Docker engine, by testcontainers, as
 * docker-compose.yml describes them. What is given back is what `startStack` of the embedded servers gives.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GenericContainer,
  getContainerRuntimeClient,
  Network,
  type StartedNetwork,
  type StartedTestContainer,
  Wait,
} from 'testcontainers';
import { prepareHome } from '../embedded/home.ts';
import { choosePorts } from '../embedded/ports.ts';
import { databases, databaseUser } from '../embedded/postgres.ts';
import { type Progress, silent } from '../embedded/progress.ts';
import { registryUrl } from '../embedded/registry.ts';
import type { ServerName, Stack, StackServer } from '../embedded/stack.ts';
import { atPort, innerPorts, serverDefinitions } from './definitions.ts';
import type { Images } from './images.ts';

const startBoundMs = 400_000;
const stopBoundSeconds = 20;
const removeBoundMs = 20_000;
const secretsFolder = '/run/puebla';
const names = ['kafka', 'registry', 'postgres'] as const;
type Ports = Readonly<Record<ServerName, number>>;

/** @param home where the chosen ports are noted. Throws what testcontainers throws; no container is left then. */
export async function startContainers(
  home: string,
  images: Images,
  progress: Progress = silent,
): Promise<Stack> {
  // Its helper, which removes what a test run leaves, is one more image to fetch; ours are removed here.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  prepareHome(home);
  const ports: Ports = await choosePorts(home, names);
  const password = randomBytes(24).toString('base64url');
  const network = await new Network().start();
  const started = new Map<ServerName, StartedTestContainer>();
  const start = async (name: ServerName): Promise<void> => {
    const begun = performance.now();
    started.set(name, await containerOf(name, images[name], { network, ports, password }).start());
    progress.say(`${name} is up in a container (${((performance.now() - begun) / 1_000).toFixed(1)} s)`);
  };
  const remove = async (): Promise<void> => {
    const options = { remove: true, removeVolumes: true, timeout: 0 };
    await Promise.all([...started.values()].map((container) => container.stop(options)));
    await network.stop();
  };
  const all = await Promise.allSettled([start('kafka'), start('postgres').then(() => start('registry'))]);
  const failed = all.find((one) => one.status === 'rejected');
  if (failed) {
    await remove().catch(() => undefined);
    throw failed.reason;
  }
  const host = '127.0.0.1';
  return {
    kafka: `${host}:${ports.kafka}`,
    registryUrl: registryUrl(ports.registry),
    databaseUrl: `postgresql://${databaseUser}:${password}@${host}:${ports.postgres}/${databases.exchange}`,
    versions: images,
    servers: Object.fromEntries(
      await Promise.all(
        [...started].map(async ([name, container]) => [name, await serverOf(container.getId())] as const),
      ),
    ),
    close: remove,
    kill: remove,
    killNow() {
      const ids = [...started.values()].map((container) => container.getId());
      spawnSync('docker', ['rm', '--force', '--volumes', ...ids], {
        timeout: removeBoundMs,
        stdio: 'ignore',
      });
      spawnSync('docker', ['network', 'rm', network.getId()], { timeout: removeBoundMs, stdio: 'ignore' });
    },
  };
}

interface Place {
  readonly network: StartedNetwork;
  readonly ports: Ports;
  readonly password: string;
}

/** Files are put into the container before it starts, so that its own filesystem is not read-only as with compose. */
function containerOf(name: ServerName, image: string, { network, ports, password }: Place): GenericContainer {
  const { user, environment, entrypoint, command, files, healthy, memoryBytes } = serverDefinitions()[name];
  const texts = { ...atPort(files, ports.kafka), ...secrets[name](password) };
  const container = new GenericContainer(image)
    .withNetwork(network)
    .withNetworkAliases(name)
    .withUser(user)
    .withEnvironment({ ...environment })
    .withDroppedCapabilities('ALL')
    .withSecurityOpt('no-new-privileges:true')
    .withResourcesQuota({ memory: memoryBytes / 1024 ** 3 })
    .withExposedPorts({ container: innerPorts[name], host: ports[name] })
    .withCopyContentToContainer(
      Object.entries(texts).map(([target, content]) => ({ target, content, mode: 0o444 })),
    )
    .withHealthCheck({ test: healthy, interval: 1_000, timeout: 4_000, retries: 120 })
    .withWaitStrategy(Wait.forHealthCheck())
    .withStartupTimeout(startBoundMs);
  if (command !== undefined) container.withCommand([...command]);
  return entrypoint === undefined ? container : container.withEntrypoint([...entrypoint]);
}

/** The files that compose's container `secrets` makes. */
const secrets: Readonly<Record<ServerName, (password: string) => Record<string, string>>> = {
  kafka: () => ({}),
  postgres: (password) => ({ [`${secretsFolder}/postgres-password`]: password }),
  registry: (password) => ({
    [`${secretsFolder}/registry.properties`]: `apicurio.datasource.password=${password}\n`,
  }),
};

async function serverOf(id: string): Promise<StackServer> {
  const { container: engine } = await getContainerRuntimeClient();
  const container = engine.getById(id);
  let pid = 0;
  let alive = false;
  let ended: Promise<void> = Promise.resolve();
  const watch = async (): Promise<void> => {
    pid = (await container.inspect()).State.Pid;
    alive = true;
    ended = container.wait().then(() => {
      alive = false;
    });
  };
  await watch();
  const end = async (how: () => Promise<unknown>): Promise<void> => {
    if (alive) await how();
    await ended;
  };
  return {
    get pid() {
      return pid;
    },
    isAlive: () => alive,
    ended: () => ended,
    stop: () => end(() => container.stop({ t: stopBoundSeconds })),
    kill: () => end(() => container.kill()),
    async start() {
      if (alive) return;
      await container.start();
      await watch();
      const until = Date.now() + startBoundMs;
      for (;;) {
        const { Running, Health } = (await container.inspect()).State;
        if (Health?.Status === 'healthy') return;
        if (!Running || Date.now() > until) throw new Error(`the container ${id} did not start again`);
        await sleep(200);
      }
    },
  };
}
