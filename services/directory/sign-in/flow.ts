import { hash, randomBytes } from 'node:crypto';
import { demoClientId } from '@puebla/kit';
import { routes } from './provider.ts';

/** The code flow as a browser and a client on the same machine go through it; for tests. */

/** Where the client waits: nothing listens there, the code is read from the address. */
export const redirectUri = 'http://127.0.0.1:49152/callback';

export interface Browser {
  get(url: string, headers?: Record<string, string>): Promise<Response>;
  post(
    url: string,
    form: Readonly<Record<string, string>>,
    headers?: Record<string, string>,
  ): Promise<Response>;
}

/** Follows no redirect by itself, and keeps cookies by their path, as browsers do. */
export function openBrowser(): Browser {
  const jar = new Map<string, { readonly value: string; readonly path: string }>();
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname } = new URL(url);
    const cookies = [...jar]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name.split(' ')[0]}=${value}`);
    const headers = new Headers(init.headers);
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      const path = /; *path=([^;]*)/i.exec(cookie)?.[1] ?? '/';
      if (value === '') jar.delete(`${name} ${path}`);
      else jar.set(`${name} ${path}`, { value, path });
    }
    return answer;
  };
  return {
    get: (url, headers = {}) => send(url, { headers }),
    post: (url, form, headers = {}) =>
      send(url, { method: 'POST', body: new URLSearchParams(form), headers }),
  };
}

export interface Proof {
  readonly verifier: string;
  readonly challenge: string;
}

/** PKCE (RFC 7636), S256. */
export function newProof(): Proof {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: hash('sha256', verifier, 'base64url') };
}

/** The address that the client opens in the browser. */
export function authorizationUrl(
  url: string,
  { challenge }: Pick<Proof, 'challenge'>,
  more: Readonly<Record<string, string>> = {},
): string {
  const params = new URLSearchParams({
    client_id: demoClientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid publish read',
    state: 'exercise',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  });
  return `${url}${routes.authorization}?${params}`;
}

function locationOf(answer: Response): string {
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`${answer.status} without a location`);
  return new URL(location, answer.url).href;
}

/** From the client's address to the page on which one says who one is; the page's own address. */
export async function openPage(browser: Browser, address: string): Promise<string> {
  return locationOf(await browser.get(address));
}

/** Chooses on the page; gives the address at which the client is told, with `code` or `error` in it. */
export async function choose(
  browser: Browser,
  page: string,
  form: Readonly<Record<string, string>>,
): Promise<URL> {
  return new URL(locationOf(await browser.get(locationOf(await browser.post(page, form)))));
}

/** The code for one who signs in. */
export async function codeFor(url: string, who: string, proof: Proof, scope?: string): Promise<string> {
  const browser = openBrowser();
  const address = authorizationUrl(url, proof, scope === undefined ? {} : { scope });
  const told = await choose(browser, await openPage(browser, address), { who, do: 'sign-in' });
  const code = told.searchParams.get('code');
  if (code === null) throw new Error(`no code: ${told.search}`);
  return code;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly expires_in: number;
  readonly scope: string;
}

/** An answer of the token's address: the tokens, or the error. */
export type TokenAnswer =
  | { readonly status: 200; readonly tokens: Tokens }
  | { readonly status: number; readonly error: string };

async function ask(url: string, form: Record<string, string>, headers = {}): Promise<TokenAnswer> {
  const answer = await fetch(`${url}${routes.token}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  });
  const { status } = answer;
  const body: Tokens & { error: string } = JSON.parse(await answer.text());
  return status === 200 ? { status, tokens: body } : { status, error: body.error };
}

export const redeem = (url: string, code: string, verifier: string): Promise<TokenAnswer> =>
  ask(url, {
    grant_type: 'authorization_code',
    client_id: demoClientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  });

export const refresh = (url: string, token: string): Promise<TokenAnswer> =>
  ask(url, { grant_type: 'refresh_token', client_id: demoClientId, refresh_token: token });

/** What a system of an agency asks for. */
export const askAsSystem = (
  url: string,
  agency: string,
  secret: string,
  scope = 'publish read',
): Promise<TokenAnswer> =>
  ask(
    url,
    { grant_type: 'client_credentials', scope },
    { authorization: `Basic ${Buffer.from(`${agency}:${secret}`).toString('base64')}` },
  );

/** Throws with the error where there are none. */
export function tokensOf(answer: TokenAnswer): Tokens {
  if ('tokens' in answer) return answer.tokens;
  throw new Error(`${answer.status} ${answer.error}`);
}

/** The whole of it: who signs in has his tokens. */
export async function signIn(url: string, who: string, scope?: string): Promise<Tokens> {
  const proof = newProof();
  return tokensOf(await redeem(url, await codeFor(url, who, proof, scope), proof.verifier));
}
