import { startGateway } from '@puebla/gateway';
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
  startHttp,
} from '@puebla/kit';

/** The gateway without feeds and library, as it runs in a container of its own. Prints its port. */
const [broker = '', registryUrl = '', home = ''] = process.argv.slice(2);
const log = createLog({ level: 'error' });
const metrics = createMetrics();
const kafka = connectKafka({ brokers: [broker], clientId: 'gateway-alone' });
const [codec, key, jwks] = await Promise.all([
  createCodec({ registryUrl, log }),
  cursorKey(home),
  demoJwks(home),
]);
const cursors = createCursorCodec(key);
const verifier = createVerifier({ issuer: demoIssuer, audience: demoAudience, jwks });
const gateway = await startGateway({ kafka, codec, cursors, verifier, log, metrics });
const http = await startHttp({ host: '127.0.0.1', port: 0, services: [gateway], log, metrics });
while ((await fetch(`${http.url}/readyz`)).status !== 200) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
console.log(JSON.stringify({ port: http.port }));
