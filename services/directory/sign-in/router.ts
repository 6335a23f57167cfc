import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type CurrentDirectory, clientSecrets, type FollowedKeys, type Log } from '@puebla/kit';
import express, { type Request, type Response, type Router } from 'express';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import { languageIn } from './language.ts';
import { elsewherePage, failurePage, type Language, pagePolicy, signInPage } from './page.ts';
import { accountOf } from './people.ts';
import { createProvider, interactionPath, routes } from './provider.ts';
import { createStore } from './store.ts';

export interface IssuerOptions {
  /** PUEBLA_HOME */
  readonly home: string;
  readonly keys: FollowedKeys;
  /** Where clients reach the exchange: the issuer's name; asked for when it is needed, since a port may be known last. */
  readonly url: () => string;
  readonly directory: CurrentDirectory;
  readonly log: Log;
}

const maxFormBytes = 1_024;
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** What the embedded issuer answers at `/.well-known/openid-configuration` and below `/oidc`. */
export async function createIssuer(options: IssuerOptions): Promise<Router> {
  const { directory, url } = options;
  const issuer = await followProvider(options);
  const router = express.Router();
  router.use([routes.authorization, interactionPath], (request, response, next) => {
    const there = new URL(request.originalUrl, url());
    // One host alone has the cookies of a sign-in; and no name that somebody points at this machine gets in (DNS rebinding).
    if (request.headers.host === there.host) next();
    else response.redirect(307, there.href);
  });
  router.get(`${interactionPath}/:uid`, async (request, response) => {
    const asked = await askedOf((await issuer()).provider, url(), request, response);
    if (asked !== undefined) sendChoice(response, 200, directory, asked, request);
  });
  router.post(
    `${interactionPath}/:uid`,
    express.urlencoded({ extended: false, limit: maxFormBytes }),
    async (request, response) => {
      const { provider } = await issuer();
      const asked = await askedOf(provider, url(), request, response);
      if (asked === undefined) return;
      const { who, do: pressed } = request.body ?? {};
      if (pressed === 'cancel') {
        await provider.interactionFinished(request, response, { error: 'access_denied' });
      } else if (typeof who !== 'string' || accountOf(directory.current(), who) === undefined) {
        sendChoice(response, 422, directory, asked, request);
      } else {
        await provider.interactionFinished(request, response, { login: { accountId: who } });
      }
    },
  );
  router.use(async (request, response) => {
    const here = new URL(url());
    // Whatever a client or a proxy has said here: the issuer's addresses are its own.
    request.headers['x-forwarded-host'] = here.host;
    request.headers['x-forwarded-proto'] = here.protocol.slice(0, -1);
    await (await issuer()).handle(request, response);
  });
  return router;
}

interface Issuer {
  readonly provider: Provider;
  readonly handle: ReturnType<Provider['callback']>;
}

/** The provider that signs with the key of this moment; what it remembers is the same for all of them. */
async function followProvider(options: IssuerOptions): Promise<() => Promise<Issuer>> {
  const { home, keys, url, directory, log } = options;
  const secretOf = await clientSecrets(home);
  const store = createStore();
  const cookieKeys = [randomBytes(32).toString('base64url')];
  let current: (Issuer & { readonly name: string }) | undefined;
  return async () => {
    const key = await keys.signing();
    const name = `${key.kid} ${url()}`;
    if (current?.name === name) return current;
    const provider = createProvider({ url: url(), key, cookieKeys, store, secretOf, directory });
    provider.onerror = (error) => log.error({ err: error }, 'signing in failed');
    provider.on('server_error', (_ctx, error) => provider.onerror(error));
    current = { name, provider, handle: provider.callback() };
    return current;
  };
}

/** What a sign-in that is under way was asked for. */
interface Asked {
  readonly language: Language;
  /** Origin of where the client waits. */
  readonly waitsAt: string;
}

/** Undefined when there is nothing to go on with: then a page has said why. */
async function askedOf(
  provider: Provider,
  url: string,
  request: Request,
  response: Response,
): Promise<Asked | undefined> {
  const browsers = languageIn(request.headers['accept-language'], undefined);
  try {
    const { params } = await provider.interactionDetails(request, response);
    const language = languageIn(request.headers['accept-language'], params['ui_locales']);
    // Without passwords, whoever reaches the page is whoever he says: this machine alone.
    if (loopbackNames.includes(new URL(url).hostname))
      return { language, waitsAt: new URL(String(params['redirect_uri'])).origin };
    sendPage(response, 403, elsewherePage(language));
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    sendPage(response, 400, failurePage(browsers, error.error));
  }
  return undefined;
}

/** @param status 422 when the one chosen before is not in the directory */
function sendChoice(
  response: Response,
  status: 200 | 422,
  { current }: CurrentDirectory,
  { language, waitsAt }: Asked,
  { originalUrl }: Request,
): void {
  sendPage(response, status, signInPage(current(), language, originalUrl, status === 422), waitsAt);
}

function sendPage(response: ServerResponse, status: number, page: string, waitsAt?: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', ...pagePolicy(waitsAt) });
  response.end(page);
}
