import express, { type Router } from 'express';
import type { Check, Service } from './http.ts';
import type { Metrics } from './metrics.ts';
import { mayOperate, type OperatorTrust } from './operator.ts';
import { ProblemError } from './problem.ts';
import { scopeFor } from './scopes.ts';

/**
 * `/livez`, `/readyz` and `/metrics`. What is behind, why, and all figures are for operators alone (rules.md). A load balancer gets
 * the status and the names.
 */
export function operatorRoutes(services: readonly Service[], metrics: Metrics, trust: OperatorTrust): Router {
  const router = express.Router();
  router.get('/livez', (_req, res) => {
    res.type('text/plain').set('Cache-Control', 'no-store').send('ok\n');
  });
  router.get('/readyz', async (req, res) => {
    const checks = (await Promise.all(services.map(checksOf))).flat();
    const ok = checks.every((check) => check.ok);
    const detailed = await mayOperate(req, trust, scopeFor.operate);
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
    if (!(await mayOperate(req, trust, scopeFor.operate))) throw new ProblemError('not-found');
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
