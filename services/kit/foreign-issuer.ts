import type { JWTVerifyGetKey } from 'jose';
import { remoteKeys } from './sign-in.ts';

/** What keys of an issuer elsewhere may be for: each key says itself which one (RFC 7518, 3.1; RFC 8037). */
export const foreignAlgorithms: readonly string[] = ['EdDSA', 'Ed25519', 'ES256', 'RS256'];

const discoveryTimeoutMs = 3_000;

/**
 * Finds the keys of an issuer elsewhere, by OpenID Connect Discovery, when the first token comes; until that has worked once, each token
 * tries it again.
 *
 * @param issuer as it spells itself
 */
export function foreignKeys(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    found ??= discover(issuer).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return (await found)(header, token);
  };
}

/** Rejects with an Error that is not of `jose`: the token is not at fault. */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(address, {
    headers: { accept: 'application/json' },
    // Keys come from the issuer itself, not from where it is led to.
    redirect: 'error',
    signal: AbortSignal.timeout(discoveryTimeoutMs),
  });
  if (answer.status !== 200) {
    await answer.body?.cancel();
    throw new Error(`the issuer answers ${answer.status} to discovery`);
  }
  const document: { issuer?: unknown; jwks_uri?: unknown } | null = JSON.parse(await answer.text());
  // OpenID Connect Discovery, 4.3: another issuer's document is not to be used.
  if (document?.issuer !== issuer) throw new Error('the discovery document is of another issuer');
  const { jwks_uri: keys } = document;
  if (typeof keys !== 'string' || !URL.canParse(keys)) throw new Error('the issuer publishes no keys');
  return remoteKeys(new URL(keys));
}
