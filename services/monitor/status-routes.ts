import { mayOperate, ProblemError, scopeFor } from '@puebla/kit';
import { watchesExchange } from '@puebla/schemas';
import express, { type Request, type Router } from 'express';
import type { MonitorOptions } from './index.ts';
import { createRegistry } from './registry.ts';
import { createWatch } from './watch.ts';

/** `GET /v1/status` and `GET /v1/status/schemas/{subject}`: to operators and the Secretariat. */
export function createStatusRoutes(options: MonitorOptions): Router {
  const { authenticate, directory } = options;
  const registry = createRegistry(options.registryUrl);
  const watch = createWatch({ ...options, registry });
  const router = express.Router({ strict: true, caseSensitive: true });
  const admit = async (request: Request): Promise<void> => {
    if (await mayOperate(request, options, scopeFor.operate)) return;
    const { reader } = await authenticate(request.headers.authorization, scopeFor.operate);
    if (!reader.signedIn) throw new ProblemError('token-required');
    if (!watchesExchange(reader, directory.current())) throw new ProblemError('not-permitted');
  };
  router.use('/v1/status', async (request, response, next) => {
    response.set('Cache-Control', 'private, no-store');
    await admit(request);
    next();
  });
  // Whether one may look, without a look.
  router.head('/v1/status', (_request, response) => {
    response.end();
  });
  router.get('/v1/status', async (_request, response) => {
    response.json(await watch.status());
  });
  router.get('/v1/status/schemas/:subject', async (request, response) => {
    const found = await registry.schemasOf(request.params.subject).catch((cause: unknown) => {
      throw Object.assign(new ProblemError('unavailable', { retryAfterSeconds: 2 }), { cause });
    });
    if (found === undefined) throw new ProblemError('not-found');
    response.json(found);
  });
  return router;
}
