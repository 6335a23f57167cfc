import { type API, Connection, ResponseError } from '@platformatic/kafka';
import { KafkaError } from './errors.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * One socket to one broker. Every call has a bound of our own, because the client's `requestTimeout` was seen
 * not to end a call to a stopped broker; a call that passes it ends the socket, so that a late answer
 * cannot be taken for another's, and the caller learns that its outcome is not known.
 */
export interface BrokerConnection {
  readonly open: boolean;
  call<Args extends unknown[], Answer>(api: API<Args, Answer>, args: Args, boundMs: number): Promise<Answer>;
  destroy(): void;
}

export async function openConnection(
  address: Address,
  options: { clientId: string; connectTimeoutMs: number },
): Promise<BrokerConnection> {
  const connection = new Connection(options.clientId, {
    connectTimeout: options.connectTimeoutMs,
    // Only a backstop: `call` has its own bound, always shorter.
    requestTimeout: 120_000,
    maxInflights: 16,
  });
  // The client emits 'error' for a refused connection as well as rejecting; unheard it would end the process.
  connection.on('error', () => {});
  try {
    await connection.connect(address.host, address.port);
  } catch (cause) {
    throw new KafkaError('kafka-unreachable', `no connection to ${address.host}:${address.port}`, { cause });
  }
  let open = true;
  /** An array, not a set: the former tables of a busy set keep what it held from the garbage collector. */
  const pending: ((error: KafkaError) => void)[] = [];
  const end = (error: KafkaError): void => {
    open = false;
    connection.socket.destroy();
    for (const reject of pending.splice(0)) reject(error);
  };
  connection.on('close', () => end(new KafkaError('kafka-lost', 'the connection was closed')));

  return {
    get open() {
      return open && connection.isConnected();
    },
    call<Args extends unknown[], Answer>(api: API<Args, Answer>, args: Args, boundMs: number) {
      if (!open) return Promise.reject(new KafkaError('kafka-unreachable', 'the connection is closed'));
      return new Promise<Answer>((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer);
          const at = pending.indexOf(fail);
          if (at !== -1) pending.splice(at, 1);
        };
        const fail = (error: KafkaError): void => {
          settle();
          reject(error);
        };
        const timer = setTimeout(
          () => end(new KafkaError('kafka-lost', `no answer within ${boundMs} ms`)),
          boundMs,
        );
        pending.push(fail);
        api(connection, ...args, (error: Error | null, answer?: unknown) => {
          settle();
          // The broker did answer: error codes of single partitions are for the caller to read.
          if (error instanceof ResponseError) resolve(error['response'] as Answer);
          else if (error) reject(new KafkaError('kafka-lost', error.message, { cause: error }));
          else resolve(answer as Answer);
        });
      });
    },
    destroy() {
      end(new KafkaError('kafka-closed', 'the connection was closed by us'));
    },
  };
}
