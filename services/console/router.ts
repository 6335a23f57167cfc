import { languageOf, ProblemError } from '@puebla/kit';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { addresses } from './addresses.ts';
import { createCookie } from './cookies.ts';
import type { Forward } from './forward.ts';
import { runbookOf } from './runbooks.ts';
import { type Sessions, sessionSeconds } from './sessions.ts';
import { beginSeconds, type SignIn } from './sign-in.ts';

export interface RouterParts {
  readonly page: RequestHandler;
  readonly publicUrl: () => string;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly forward: Forward;
}

/** What the console answers. */
export function createRouter({ page, publicUrl, sessions, signIn, forward }: RouterParts): Router {
  const cookie = createCookie('puebla', publicUrl, 'strict');
  const begun = createCookie('puebla-sign-in', publicUrl, 'lax');
  const router = express.Router({ strict: true, caseSensitive: true });

  router.use('/console', (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    refuseOthers(request);
    next();
  });
  router.get('/console/session', async (request, response) => {
    const id = cookie.read(request);
    const session = id === undefined ? undefined : sessions.find(id);
    if (session === undefined) {
      // A cookie without a session: it has ended, and the reader is told.
      if (id !== undefined) cookie.clear(response);
      response.json({ signedIn: false, ended: id !== undefined });
      return;
    }
    const { agency, person } = session;
    response.json({ signedIn: true, agency, ...(person !== undefined && { person }) });
  });
  router.get('/console/sign-in', async (request, response) => {
    const here = new URL(publicUrl());
    // One host alone has the cookies of a sign-in.
    if (request.headers.host !== here.host) {
      response.redirect(307, new URL(request.originalUrl, here).href);
      return;
    }
    const language = languageOf(request.headers['accept-language']);
    const { state, to } = await signIn.begin(ownPath(request.query['to']), askedLanguage(request, language));
    begun.set(response, state, beginSeconds);
    response.redirect(303, to.href);
  });
  router.get('/callback', async (request, response) => {
    response.set('Cache-Control', 'no-store');
    const state = begun.read(request);
    begun.clear(response);
    try {
      if (state === undefined) throw new Error('not begun here');
      const back = new URL(request.originalUrl, publicUrl());
      const { id, returnTo } = await signIn.finish(state, back);
      cookie.set(response, id, sessionSeconds);
      response.redirect(303, returnTo);
    } catch {
      // Cancelled, too late, or from elsewhere: whatever it was, the way on is to begin again.
      response.redirect(303, '/?sign-in=failed');
    }
  });
  router.post('/console/sign-out', async (request, response) => {
    const id = cookie.read(request);
    cookie.clear(response);
    const everywhere = request.query['everywhere'] === 'true';
    const one = id === undefined || everywhere ? undefined : sessions.end(id);
    const ended = id !== undefined && everywhere ? sessions.endAll(id) : one === undefined ? [] : [one];
    await signIn.revoke(ended);
    response.set('Clear-Site-Data', '"cache"').status(204).end();
  });
  router.use('/console/v1', async (request: Request, response: Response) => {
    const id = cookie.read(request);
    const token = id === undefined ? undefined : await signIn.accessOf(id);
    if (id !== undefined && token === undefined) {
      throw new ProblemError('token-expired', { detail: 'the session has ended: sign in again' });
    }
    forward(request, response, `/v1${request.url}`, token);
  });
  // Alerts link here (`runbook_url` of the rules).
  router.get('/operations/runbooks/:alert', async (request, response) => {
    const text = await runbookOf(request.params.alert);
    if (text === undefined) throw new ProblemError('not-found');
    response.set('Cache-Control', 'no-cache').type('text/plain').send(text);
  });
  for (const address of addresses) router.get(address, page);
  return router;
}

/**
 * What another page asks for is not asked for by whoever is signed in (CSRF). Browsers say where a request comes from; another port of this
 * machine is the same site, yet not this page.
 */
function refuseOthers({ headers, method, path }: Request): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isNavigation = method === 'GET' && path === '/sign-in';
  const foreign = site !== undefined && site !== 'same-origin' && !(isNavigation || site === 'none');
  const other = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
  const unnamed = method !== 'GET' && method !== 'HEAD' && site === undefined && origin === undefined;
  if (foreign || other || unnamed)
    throw new ProblemError('not-permitted', { detail: 'not asked by this page' });
}

/** Where to go on after signing in: within the page, whatever somebody has put into a link. */
function ownPath(asked: unknown): string {
  if (typeof asked !== 'string' || !asked.startsWith('/')) return '/';
  const { origin, pathname, search, hash } = new URL(asked, 'http://own.invalid');
  return origin === 'http://own.invalid' ? `${pathname}${search}${hash}` : '/';
}

function askedLanguage({ query }: Request, browsers: string): string {
  const asked = query['lang'];
  return typeof asked === 'string' && /^[a-z]{2}$/.test(asked) ? asked : browsers;
}
