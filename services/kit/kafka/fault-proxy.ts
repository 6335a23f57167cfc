import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Address } from './connection.ts';

/**
 * Stands between a client and a broker in tests and makes the faults of a network: answers that are lost, requests that
 * arrive late, connections that are cut or say nothing.
 */
export interface FaultProxy {
  readonly address: Address;
  /** Passes the next produce request on, swallows its answer, and cuts the connection. Resolves when that has happened. */
  loseNextAnswer(): Promise<void>;
  /**
   * Holds the next produce request back, as a network does that delivers late; `deliver` hands it to the broker,
   * also when the client has long gone, and resolves with the broker's answer or its end.
   * @param having only one in which this text stands
   */
  holdNextRequest(having?: string): Promise<{ deliver(): Promise<void> }>;
  /** From now on nothing passes in either direction, and connections stay open. */
  silence(): void;
  /** The same in one direction: a connection that is half open. */
  swallow(what: 'requests' | 'answers'): void;
  /** From now on everything arrives so much later, in both directions. */
  delay(ms: number): void;
  /** Connections that are open now. */
  readonly connections: number;
  /** Lets everything pass again; what silence held back is gone, as are its connections. */
  heal(): void;
  /** Cuts all connections. */
  cut(): void;
  /** Refuses new connections and cuts those there are: the broker is gone. */
  down(): void;
  close(): Promise<void>;
}

const produceApi = 0;

export async function startFaultProxy(broker: Address): Promise<FaultProxy> {
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let lose: PromiseWithResolvers<void> | undefined;
  let hold: PromiseWithResolvers<{ deliver(): Promise<void> }> | undefined;
  let held = '';
  let swallowed: ReadonlySet<'requests' | 'answers'> = new Set();
  let delayMs = 0;
  let isDown = false;
  /** Timers of one length fire in the order in which they were set. */
  const pass = (to: Socket, chunk: Buffer): void => {
    if (delayMs === 0) to.write(chunk);
    else setTimeout(() => to.destroyed || to.write(chunk), delayMs);
  };

  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const upstream = connect(broker.port, broker.host);
    const pair = { client, server: upstream };
    pairs.add(pair);
    let losing: PromiseWithResolvers<void> | undefined;
    let late = false;
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      if (!late) upstream.destroy();
    };
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    client.on('error', end).on('close', end);
    upstream.on('error', end).on('close', end);
    client.on('data', (chunk) => {
      if (swallowed.has('requests') || late) return;
      const isProduce = chunk.length >= 6 && chunk.readInt16BE(4) === produceApi;
      if (isProduce && hold !== undefined && chunk.includes(held)) {
        late = true;
        hold.resolve({
          deliver: () =>
            new Promise((resolve) => {
              upstream.once('data', () => resolve()).once('close', () => resolve());
              upstream.write(chunk);
            }),
        });
        hold = undefined;
        return;
      }
      if (isProduce && lose !== undefined) {
        losing = lose;
        lose = undefined;
      }
      pass(upstream, chunk);
    });
    upstream.on('data', (chunk) => {
      if (swallowed.has('answers') || late) return;
      if (losing !== undefined) {
        losing.resolve();
        end();
      } else {
        pass(client, chunk);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const { client, server: upstream } of [...pairs]) {
      client.destroy();
      upstream.destroy();
    }
  };

  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    loseNextAnswer() {
      lose = Promise.withResolvers();
      return lose.promise;
    },
    holdNextRequest(having = '') {
      held = having;
      hold = Promise.withResolvers();
      return hold.promise;
    },
    silence() {
      swallowed = new Set(['requests', 'answers']);
    },
    swallow(what) {
      swallowed = new Set([what]);
    },
    delay(ms) {
      delayMs = ms;
    },
    get connections() {
      return pairs.size;
    },
    heal() {
      if (swallowed.size > 0) cut();
      swallowed = new Set();
      delayMs = 0;
      isDown = false;
    },
    cut,
    down() {
      isDown = true;
      cut();
    },
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
