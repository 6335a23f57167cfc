import type { Log, Service } from '@puebla/kit';
import { createForward } from './forward.ts';
import { createPage } from './page.ts';
import { createRouter } from './router.ts';
import { createSessions } from './sessions.ts';
import { createSignIn, type SignInOptions } from './sign-in.ts';

export interface ConsoleOptions extends SignInOptions {
  /** Where the routes of the exchange answer, as this process reaches them. */
  readonly exchangeUrl: () => string;
  readonly log: Log;
}

/**
 * The console: one web page at `/`, and what stands between a browser and the exchange. The browser has a cookie; the tokens stay
 * here (`sessions.ts`), and are put to what it asks of the exchange (`forward.ts`).
 *
 * Routes: `GET /` and the page's other addresses; `GET /console/session` says who is signed in; `GET /console/sign-in`, `GET /callback` and
 * `POST /console/sign-out` (`?everywhere=true`); `/console/v1/...` is `/v1/...` of the exchange as whoever is signed in.
 */
export async function startConsole(options: ConsoleOptions): Promise<Service> {
  const { exchangeUrl, publicUrl, log } = options;
  const sessions = createSessions();
  const signIn = createSignIn(options, sessions);
  const page = createPage();
  return {
    name: 'console',
    router: createRouter({
      page: page.handler,
      publicUrl,
      sessions,
      signIn,
      forward: createForward({ exchangeUrl, log }),
    }),
    unknown: page.notFound,
    checks: async () => [page.check()],
    close: async () => sessions.close(),
  };
}
