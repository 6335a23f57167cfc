import type { IncomingMessage } from 'node:http';
import express, { type Router } from 'express';
import type { Check, Service } from './http.ts';
import type { Metrics } from './metrics.ts';
import { ProblemError } from './problem.ts';
import { type Scope, scopeFor } from './scopes.ts';
import type { Verifier } from './sign-in.ts';

/**
 * `/livez`, `/readyz` and `/metrics`. What is behind, why, and all figures are for operators alone (rules.md). A load balancer gets
 * the status and the names.
 */
export function operatorRoutes(
  services: readonly Service[],
  metrics: Metrics,
  authenticate?: Verifier['authenticate'],
): Router {
  const router = express.Router();
  router.get('/livez', (_req, res) => {
    res.type('text/plain').set('Cache-Control', 'no-store').send('ok\n');
  });
  router.get('/readyz', async (req, res) => {
    const checks = (await Promise.all(services.map(checksOf))).flat();
    const ok = checks.every((check) => check.ok);
    const detailed = await mayOperate(req, authenticate, scopeFor.operate);
    const lines = checks.map(
      (check) => `${check.ok ? 'ok' : 'failed'} ${check.name}${detailed ? `: ${oneLine(check.detail)}` : ''}`,
    );
    res
      .status(ok ? 200 : 503)
      .type('text/plain')
      .set('Cache-Control', 'no-store')
      .send(`${lines.join('\n')}\n`);
  });
  router.get('/metrics', async (req, res) => {
    if (!(await mayOperate(req, authenticate, scopeFor.operate))) throw new ProblemError('not-found');
    const { contentType, text } = await metrics.exposition();
    res.set('Content-Type', contentType).set('Cache-Control', 'no-store').send(text);
  });
  return router;
}

async function checksOf(service: Service): Promise<readonly Check[]> {
  try {
    return await service.checks();
  } catch {
    return [{ name: service.name, ok: false, detail: 'its check failed' }];
  }
}

/** One line a dependency, whatever a server says of itself. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/**
 * Whether a request comes from an operator: by its token, where it has one, or else from the machine itself. A page in a browser of
 * this machine reaches loopback too; it says where it comes from.
 *
 * @throws SignInError for a token that is not taken
 */
export async function mayOperate(
  { headers, socket }: IncomingMessage,
  authenticate: Verifier['authenticate'] | undefined,
  scope: Scope,
): Promise<boolean> {
  if (headers.authorization === undefined || authenticate === undefined)
    return headers.origin === undefined && isLoopback(socket.remoteAddress);
  const { reader } = await authenticate(headers.authorization, scope);
  return reader.signedIn && reader.roles.includes('operator');
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}
