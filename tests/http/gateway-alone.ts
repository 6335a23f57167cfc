import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GatewayOptions, startGateway } from '@puebla/gateway';
import {
  connectKafka,
  createCodec,
  createCursorCodec,
  createLog,
  createMetrics,
  createVerifier,
  cursorKey,
  demoAudience,
  demoIssuer,
  demoJwks,
  type KafkaOptions,
  mintToken,
  startHttp,
} from '@puebla/kit';
import { testStack } from '../../infra/test-addresses.ts';

/** The gateway as it runs alone, with limits that a test can reach. The topics are there already. */
export async function startGatewayAlone(
  options: Pick<GatewayOptions, 'limits' | 'maxIdentities' | 'uploadIdleMs'> & Pick<KafkaOptions, 'via'>,
) {
  const { via, ...gatewayOptions } = options;
  const home = await mkdtemp(join(tmpdir(), 'puebla-gateway-'));
  const { kafka: broker, registryUrl } = testStack();
  const log = createLog({ level: 'silent' });
  const metrics = createMetrics();
  const kafka = connectKafka({
    brokers: [broker],
    clientId: 'gateway-alone',
    ...(via === undefined ? {} : { via }),
  });
  const [codec, key, jwks] = await Promise.all([
    createCodec({ registryUrl, log }),
    cursorKey(home),
    demoJwks(home),
  ]);
  const gateway = await startGateway({
    ...gatewayOptions,
    kafka,
    codec,
    cursors: createCursorCodec(key),
    verifier: createVerifier({ issuer: demoIssuer, audience: demoAudience, jwks }),
    log,
    metrics,
  });
  const http = await startHttp({ host: '127.0.0.1', port: 0, services: [gateway], log, metrics });
  while ((await fetch(`${http.url}/readyz`)).status !== 200) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: http.url,
    kafka,
    token: (agency: string) =>
      mintToken({ home, agency, issuer: demoIssuer, audience: demoAudience, ttlSeconds: 900 }),
    async close(): Promise<void> {
      await http.close();
      await gateway.close();
      kafka.close();
      await rm(home, { recursive: true });
    },
  };
}
