import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { asProblem, ProblemError, sendProblem } from './problem.ts';
import { SignInError } from './sign-in.ts';

/** One dependency of a service, for `/readyz`. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** What a service gives to whoever composes it. */
export interface Service {
  readonly name: string;
  readonly router?: Router;
  /** Routes served before Express, by `METHOD /path`: Express costs two thirds of the throughput on a hot one. */
  readonly hot?: Readonly<Record<string, Handler>>;
  checks(): Promise<readonly Check[]>;
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly services: readonly Service[];
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A request's headers must be whole within this, or the connection is closed (slow-loris). */
const headersTimeoutMs = 10_000;
/** A token of ours is under 1 KB; a cursor of 200 lanes is under 1 KB. */
const maxHeaderBytes = 16 * 1024;
const maxConnections = 20_000;
/** After this the connections that are still open at shutdown are cut. */
const closeGraceMs = 1_000;

/** One HTTP server for all services given. Throws (EADDRINUSE and the like) when the port cannot be had. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { host, port, services, log, metrics } = options;
  const hot = new Map<string, Handler>(services.flatMap((service) => Object.entries(service.hot ?? {})));
  const app = createApp(options);
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      // Bounds whole uploads of any length and streams: bodies have idle bounds of their own.
      requestTimeout: 0,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
      noDelay: true,
    },
    (req, res) => {
      res.setHeader('X-Content-Type-Options', 'nosniff');
      const url = req.url ?? '/';
      const query = url.indexOf('?');
      const handler = hot.get(`${req.method} ${query === -1 ? url : url.slice(0, query)}`);
      if (handler === undefined) app(req, res);
      else runHot(handler, req, res, log, metrics);
    },
  );
  server.maxConnections = maxConnections;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  await listen(server, host, port);
  const bound = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    port: bound.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

function runHot(
  handler: Handler,
  req: IncomingMessage,
  res: ServerResponse,
  log: Log,
  metrics: Metrics,
): void {
  try {
    handler(req, res);
  } catch (error) {
    answerError(error, res, log, metrics);
  }
}

/** Answers any error as a problem, counts it, and logs the ones that are our fault. */
export function answerError(error: unknown, res: ServerResponse, log: Log, metrics: Metrics): void {
  const problem = toProblem(error);
  metrics.refused.inc({ reason: problem.code });
  if (problem.code === 'internal') {
    log.error({ err: error, method: res.req.method, path: res.req.url?.split('?')[0] }, 'request failed');
  }
  sendProblem(res, problem);
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof SignInError) {
    return new ProblemError(error.code, error.status === 503 ? { retryAfterSeconds: 2 } : {});
  }
  // What Express itself refuses (a malformed percent-encoding, say) carries a 4xx status.
  if (error instanceof Error && 'status' in error && error.status === 400)
    return new ProblemError('bad-request');
  return asProblem(error);
}

function createApp({ services, log, metrics }: HttpOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.get('/livez', (_req, res) => {
    res.type('text/plain').set('Cache-Control', 'no-store').send('ok\n');
  });
  app.get('/readyz', async (_req, res) => {
    const checks = (await Promise.all(services.map((service) => service.checks()))).flat();
    const ok = checks.every((check) => check.ok);
    const lines = checks.map((check) => `${check.ok ? 'ok' : 'failed'} ${check.name}: ${check.detail}`);
    res
      .status(ok ? 200 : 503)
      .type('text/plain')
      .set('Cache-Control', 'no-store')
      .send(`${lines.join('\n')}\n`);
  });
  app.get('/metrics', async (req, res) => {
    // For operators alone (rules.md); until roles can say who that is, whoever is on the machine itself.
    if (!isLoopback(req.socket.remoteAddress)) throw new ProblemError('not-found');
    const { contentType, text } = await metrics.exposition();
    res.set('Content-Type', contentType).send(text);
  });
  for (const { router } of services) if (router !== undefined) app.use(router);
  app.use(() => {
    throw new ProblemError('not-found');
  });
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    answerError(error, res, log, metrics);
  });
  return app;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4_096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
