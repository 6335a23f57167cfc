/**
 * `node issuer-process.ts`: an OpenID Connect issuer that is none of ours, in a process of its own; says its address in one line, ends with its
 * input. Its clients are agencies and, as `<agency>.<person>`, people; each token is for the resource that is asked for, signed with
 * RSA for those of Guatemala and on P-256 for others.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const secret = 'exercise';
const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // TCP: never a string

const keys = await Promise.all(
  ['ES256', 'RS256'].map(async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(privateKey)), alg, use: 'sig' };
  }),
);
const provider = new Provider(url, {
  jwks: { keys },
  clients: ['mx-fgr', 'gt-mp', 'mx-fgr.focal', 'xx-none'].map((id) => ({
    client_id: id,
    client_secret: secret,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  })),
  features: {
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource, { clientId }) => ({
        scope: 'publish read',
        audience: resource,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: clientId.startsWith('gt-') ? 'RS256' : 'ES256' } },
      }),
    },
  },
  formats: {
    customizers: {
      jwt(_ctx, _token, { payload }) {
        const [sub, person] = String(payload['sub']).split('.');
        Object.assign(payload, { sub, ...(person === undefined ? {} : { person }) });
      },
    },
  },
});
server.on('request', provider.callback());
process.stdin.resume().on('end', () => process.exit());
console.log(url);
