import { startGatewayAlone } from '../gateway-alone.ts';

/** The gateway alone, in a process of its own. Prints its port. */
const [kafka = '', registryUrl = '', home = ''] = process.argv.slice(2);
const { http } = await startGatewayAlone({ kafka, registryUrl, home });
console.log(JSON.stringify({ port: http.port }));
