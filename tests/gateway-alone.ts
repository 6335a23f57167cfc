import { type GatewayOptions, startGateway } from '@puebla/gateway';
import {
  connectKafka,
  createAudit,
  createCodec,
  createCursorCodec,
  createLog,
  createMetrics,
  createVerifier,
  currentDirectory,
  cursorKey,
  demoAudience,
  demoIssuer,
  demoJwks,
  followThreads,
  type HttpServer,
  type Kafka,
  type KafkaOptions,
  startHttp,
} from '@puebla/kit';
import { demonstrationRegister } from '@puebla/schemas';

export type GatewayAloneOptions = Pick<GatewayOptions, 'limits' | 'maxIdentities' | 'uploadIdleMs'> &
  Pick<KafkaOptions, 'via'> & {
    /** It answers already, and has not read the lanes back. */
    readonly unready?: boolean;
  };

/** The gateway without feeds and library, ready, as it runs in a container of its own. The topics are there already. */
export async function startGatewayAlone(
  servers: { readonly kafka: string; readonly registryUrl: string; readonly home: string },
  { via, unready = false, ...options }: GatewayAloneOptions = {},
): Promise<{ readonly http: HttpServer; readonly kafka: Kafka; close(): Promise<void> }> {
  const { registryUrl, home } = servers;
  const log = createLog({ level: 'silent' });
  const metrics = createMetrics();
  const kafka = connectKafka({
    brokers: [servers.kafka],
    clientId: 'gateway-alone',
    ...(via === undefined ? {} : { via }),
  });
  const [codec, key, jwks] = await Promise.all([
    createCodec({ registryUrl, log }),
    cursorKey(home),
    demoJwks(home),
  ]);
  const audit = createAudit({ kafka, log, metrics });
  const cursors = createCursorCodec(key);
  const directory = currentDirectory(demonstrationRegister);
  const threads = await followThreads({ kafka, log });
  const verifier = createVerifier({ issuer: demoIssuer, audience: demoAudience, jwks, directory });
  const gateway = await startGateway({
    // Nothing that is sent to it alone goes on with a thread.
    libraryUrl: () => http.url,
    ...options,
    kafka,
    codec,
    cursors,
    directory,
    threads,
    verifier,
    audit,
    log,
    metrics,
  });
  const http = await startHttp({ host: '127.0.0.1', port: 0, services: [gateway], log, metrics });
  while (!unready && (await fetch(`${http.url}/readyz`)).status !== 200) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    http,
    kafka,
    async close(): Promise<void> {
      await http.close();
      await gateway.close();
      await audit.close();
      await threads.close();
      kafka.close();
    },
  };
}
