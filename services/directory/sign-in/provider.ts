import {
  type CurrentDirectory,
  defaultTokenSeconds,
  demoAudience,
  demoClientId,
  type PrivateKey,
  scopes,
  signingAlgorithm,
} from '@puebla/kit';
import Provider, {
  type Adapter,
  type Client,
  type Configuration,
  interactionPolicy,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import { languageIn } from './language.ts';
import { failurePage, pagePolicy } from './page.ts';
import { accountOf } from './people.ts';
import { forgetful } from './store.ts';

/** Where it may be sent back to: its own machine, at any port (RFC 8252, 7.3). */
const redirectUris = ['http://127.0.0.1/callback', 'http://localhost/callback'];

/** The addresses of the issuer; `/.well-known/openid-configuration` is the standard's. */
export const routes = {
  authorization: '/oidc/auth',
  token: '/oidc/token',
  revocation: '/oidc/revoke',
  jwks: '/.well-known/jwks.json',
} as const;
export const interactionPath = '/oidc/interaction';

const codeSeconds = 60;
/** To choose who one is, and come back. */
const interactionSeconds = 10 * 60;
/** A working day. Rotation does not lengthen it: then a person signs in again. */
const refreshSeconds = 8 * 60 * 60;

export interface ProviderOptions {
  /** The issuer as it spells itself. */
  readonly url: string;
  /** What it signs with. */
  readonly key: PrivateKey;
  readonly cookieKeys: readonly string[];
  readonly store: (model: string) => Adapter;
  readonly secretOf: (agency: string) => string;
  readonly directory: CurrentDirectory;
}

/** OpenID Connect as this exchange speaks it: two grants, one audience, access tokens that every service can check by itself. */
export function createProvider(options: ProviderOptions): Provider {
  const { url, key, cookieKeys, store, secretOf, directory } = options;
  const provider = new Provider(url, {
    adapter: (model) => (model === 'Client' ? agencyClients(directory, secretOf) : store(model)),
    clients: [
      {
        // Without a secret: PKCE binds a code to who asked for it.
        client_id: demoClientId,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [...redirectUris],
      },
    ],
    clientDefaults: { id_token_signed_response_alg: signingAlgorithm },
    jwks: { keys: [{ ...key, alg: signingAlgorithm, use: 'sig' }] },
    enabledJWA: { idTokenSigningAlgValues: [signingAlgorithm] },
    cookies: {
      keys: [...cookieKeys],
      long: { httpOnly: true, sameSite: 'lax', signed: true, path: '/oidc' },
    },
    routes: { ...routes },
    responseTypes: ['code'],
    clientAuthMethods: ['none', 'client_secret_basic'],
    pkce: { required: () => true },
    scopes: ['openid'],
    claims: { openid: ['sub', 'agency', 'person'] },
    features: {
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: isOwn },
      resourceIndicators: { enabled: true, ...oneAudience },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    formats: {
      customizers: {
        jwt: (_ctx, _token, { payload }) => {
          // Of a system `sub` is its client, which is the agency already.
          const account = accountOf(directory.current(), String(payload['sub']));
          if (account !== undefined) Object.assign(payload, { sub: account.agency, person: account.person });
        },
      },
    },
    findAccount(_ctx, id) {
      const account = accountOf(directory.current(), id);
      return account && { accountId: id, claims: () => ({ sub: id, ...account }) };
    },
    loadExistingGrant: grantAll,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    interactions: { policy: policyOf(), url: (_ctx, { uid }) => `${interactionPath}/${uid}` },
    ttl: {
      AccessToken: defaultTokenSeconds,
      ClientCredentials: defaultTokenSeconds,
      AuthorizationCode: codeSeconds,
      Interaction: interactionSeconds,
      Session: interactionSeconds,
      Grant: refreshSeconds,
      IdToken: defaultTokenSeconds,
      RefreshToken: ({ oidc }) => oidc.entities.RotatedRefreshToken?.remainingTTL ?? refreshSeconds,
    },
    renderError(ctx, { error }) {
      ctx.set(pagePolicy());
      ctx.type = 'html';
      ctx.body = failurePage(languageIn(ctx.headers['accept-language'], undefined), error);
    },
  } satisfies Configuration);
  // Its addresses are the issuer's, whatever Host a request names: `router.ts` says so in the headers of proxies.
  provider.proxy = true;
  return provider;
}

/** Whatever is asked for is the exchange (RFC 8707): there is nothing else to ask for. */
const oneAudience: NonNullable<NonNullable<Configuration['features']>['resourceIndicators']> = {
  defaultResource: () => demoAudience,
  getResourceServerInfo: () => ({
    scope: scopes.join(' '),
    audience: demoAudience,
    accessTokenFormat: 'jwt',
    accessTokenTTL: defaultTokenSeconds,
    jwt: { sign: { alg: signingAlgorithm } },
  }),
};

/** A client gives back what is its own alone (RFC 7009, 2.1). */
const isOwn = (
  _ctx: KoaContextWithOIDC,
  client: Client,
  { clientId }: { readonly clientId?: string | undefined },
): boolean => client.clientId === clientId;

/** The client is ours: nobody is asked whether it may. Who has left the directory since he chose is asked again. */
function policyOf(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check(
        'ended',
        'whoever was chosen is not in the directory',
        'login_required',
        ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
      ),
    );
  return policy;
}

/** A grant for each sign-in, so that revoking one leaves others alone. */
async function grantAll({ oidc }: KoaContextWithOIDC) {
  const { account, client } = oidc;
  if (account === undefined || client === undefined) return undefined;
  const grant = new oidc.provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope('openid');
  grant.addResourceScope(demoAudience, scopes.join(' '));
  await grant.save();
  return grant;
}

/** The systems of agencies: each agency of this moment is a client, and none that has ended. */
function agencyClients(directory: CurrentDirectory, secretOf: (agency: string) => string): Adapter {
  return {
    ...forgetful,
    async find(id) {
      if (!directory.current().agencies.has(id)) return undefined;
      return {
        client_id: id,
        client_secret: secretOf(id),
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      };
    },
  };
}
