import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  demoAudience,
  demoIssuer,
  ensureTopics,
  exchangeTopics,
  mintToken,
  usualEraseWithinSeconds,
} from '@puebla/kit';
import { testStack } from '../../infra/test-addresses.ts';
import { type GatewayAloneOptions, startGatewayAlone } from '../gateway-alone.ts';

/** The gateway alone on the servers of the test run, with limits that a test can reach. */
export async function startTestGateway(options: GatewayAloneOptions) {
  const home = await mkdtemp(join(tmpdir(), 'puebla-gateway-'));
  const admin = { brokers: testStack().kafka.split(','), clientId: 'gateway-test' };
  await ensureTopics(admin, exchangeTopics(usualEraseWithinSeconds));
  const gateway = await startGatewayAlone({ ...testStack(), home }, options);
  return {
    url: gateway.http.url,
    kafka: gateway.kafka,
    /** @param who an agency, or a person in it: `<agency>/<person>` */
    token(who: string) {
      const [agency = '', person] = who.split('/', 2);
      const of = { home, agency, issuer: demoIssuer, audience: demoAudience, ttlSeconds: 900 };
      return mintToken({ ...of, ...(person && { person }) });
    },
    async close(): Promise<void> {
      await gateway.close();
      await rm(home, { recursive: true });
    },
  };
}
