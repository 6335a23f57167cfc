import type { RequestHandler, Router } from 'express';
import type { IssuerOptions } from './router.ts';

const discovery = '/.well-known/openid-configuration';

/** The addresses of the embedded issuer. Its code is read when the first of them is asked for: it would make every start slower. */
export function embeddedIssuer(options: IssuerOptions): RequestHandler {
  let issuer: Promise<Router> | undefined;
  const load = async (): Promise<Router> => {
    const { createIssuer } = await import('./router.ts');
    return createIssuer(options);
  };
  return async (request, response, next) => {
    if (request.path !== discovery && !request.path.startsWith('/oidc/')) {
      next();
      return;
    }
    issuer ??= load().catch((error: unknown) => {
      issuer = undefined;
      throw error;
    });
    (await issuer)(request, response, next);
  };
}
