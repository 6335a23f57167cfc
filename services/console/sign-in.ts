import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import type * as Client from 'openid-client';
import pLimit from 'p-limit';
import type { Session, Sessions, Tokens } from './sessions.ts';

export interface SignInOptions {
  /** Where browsers reach the exchange, without a slash at its end. */
  readonly publicUrl: () => string;
  /** Whose tokens are taken, as it spells itself. */
  readonly issuer: () => string;
  /** Where the issuer answers this process, when not at its own address. */
  readonly issuerAt?: () => string;
  /** What the console is called there. */
  readonly clientId: string;
}

export interface SignIn {
  /** Begins. @returns what the browser keeps until it comes back, and where it goes */
  begin(returnTo: string, language: string): Promise<{ readonly state: string; readonly to: URL }>;
  /** Comes back with a code. @param back the address as the browser called it @returns the session's name and where to go on; throws when it failed */
  finish(state: string, back: URL): Promise<{ readonly id: string; readonly returnTo: string }>;
  /** The token to ask with, a new one where it is about to end. Undefined: the session is over. */
  accessOf(id: string): Promise<string | undefined>;
  /** Gives the tokens of sessions back. Never throws: whoever signs out is out. */
  revoke(sessions: readonly Session[]): Promise<void>;
}

/** Somebody may take so long to choose who he is. */
export const beginSeconds = 10 * 60;
const maxBegun = 10_000;
/** A token that ends sooner is changed first: it has to live until the request is looked at. */
const leastLeftMs = 30_000;
const withinSeconds = 10;

interface Begun {
  readonly verifier: string;
  readonly nonce: string;
  readonly returnTo: string;
}

/** The code flow with PKCE, as a client of the exchange's issuer. */
export function createSignIn(options: SignInOptions, sessions: Sessions): SignIn {
  const { publicUrl } = options;
  const begun = new LRUCache<string, Begun>({ max: maxBegun, ttl: beginSeconds * 1_000 });
  const oidc = createClient(options);
  /** One renewal at a time for each session: a refresh token that is used twice ends all that came of it. */
  const renewals = new Map<string, Promise<string | undefined>>();

  async function renew(id: string, { refresh }: Tokens): Promise<string | undefined> {
    const { client, config } = await oidc();
    try {
      if (refresh === undefined) throw new Error('no refresh token');
      const tokens = tokensOf(await client.refreshTokenGrant(config, refresh), refresh);
      sessions.renew(id, tokens);
      return tokens.access;
    } catch (error) {
      if (error instanceof client.ResponseBodyError || refresh === undefined) {
        sessions.end(id);
        return undefined;
      }
      throw error;
    }
  }

  return {
    async begin(returnTo, language) {
      const { client, config } = await oidc();
      const state = randomBytes(16).toString('base64url');
      const verifier = client.randomPKCECodeVerifier();
      const nonce = client.randomNonce();
      begun.set(state, { verifier, nonce, returnTo });
      const to = client.buildAuthorizationUrl(config, {
        redirect_uri: `${publicUrl()}/callback`,
        scope: 'openid publish read',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ui_locales: language,
      });
      return { state, to };
    },
    async finish(state, back) {
      const { client, config } = await oidc();
      const at = begun.get(state);
      if (at === undefined) throw new SignInFailed('begun too long ago, or not here');
      begun.delete(state);
      const grant = await client.authorizationCodeGrant(config, back, {
        pkceCodeVerifier: at.verifier,
        expectedState: state,
        expectedNonce: at.nonce,
      });
      const tokens = tokensOf(grant, undefined);
      const { sub, person } = decodeJwt(tokens.access);
      const session = {
        agency: String(sub),
        person: person === undefined ? undefined : String(person),
        tokens,
      };
      return { id: sessions.open(session), returnTo: at.returnTo };
    },
    async accessOf(id) {
      const session = sessions.find(id);
      if (session === undefined) return undefined;
      const { tokens } = session;
      if (tokens.expiresAt - Date.now() > leastLeftMs) return tokens.access;
      const renewal = renewals.get(id) ?? renew(id, tokens).finally(() => renewals.delete(id));
      renewals.set(id, renewal);
      return renewal;
    },
    async revoke(ended) {
      const atATime = pLimit(4);
      const refreshes = ended.flatMap(({ tokens }) => tokens.refresh ?? []);
      const giveBack = async (refresh: string): Promise<void> => {
        const { client, config } = await oidc();
        await client.tokenRevocation(config, refresh);
      };
      await Promise.allSettled(refreshes.map((refresh) => atATime(giveBack, refresh)));
    },
  };
}

/** Signing in did not come to an end; the browser is told to begin again. */
class SignInFailed extends Error {
  readonly code = 'sign-in/failed';
}

interface Discovered {
  readonly client: typeof Client;
  readonly config: Client.Configuration;
}

/** Found when first asked for; a failure is not kept. */
function createClient({ issuer, issuerAt, clientId }: SignInOptions): () => Promise<Discovered> {
  let found: Promise<Discovered> | undefined;
  const discover = async (): Promise<Discovered> => {
    const client = await import('openid-client');
    const own = new URL(issuer());
    const there = issuerAt === undefined ? own : new URL(issuerAt());
    const config = await client.discovery(own, clientId, undefined, client.None(), {
      timeout: withinSeconds,
      execute: own.protocol === 'http:' ? [client.allowInsecureRequests] : [],
      [client.customFetch]: (url, init) => {
        const { pathname, search, origin } = new URL(url);
        const to = origin === own.origin ? new URL(`${pathname}${search}`, there) : url;
        return fetch(to, init as RequestInit);
      },
    });
    return { client, config };
  };
  return () => {
    found ??= discover().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

function tokensOf(
  grant: Client.TokenEndpointResponse & Client.TokenEndpointResponseHelpers,
  before: string | undefined,
): Tokens {
  const seconds = grant.expiresIn() ?? 0;
  return {
    access: grant.access_token,
    refresh: grant.refresh_token ?? before,
    expiresAt: Date.now() + seconds * 1_000,
  };
}
