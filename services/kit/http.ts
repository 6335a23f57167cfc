import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import type { Log } from './log.ts';
import { methodsOf } from './methods.ts';
import type { Metrics } from './metrics.ts';
import { operatorRoutes } from './operator-routes.ts';
import { asProblem, ProblemError, sendProblem } from './problem.ts';
import { sentAlways } from './sent-always.ts';
import type { Verifier } from './sign-in.ts';
import { traceparentOf } from './trace.ts';
import { answerUnparsed, endWithProblem } from './unparsed.ts';

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
  /** Is asked about an address that no service has, before that is answered `not-found`. */
  readonly unknown?: RequestHandler;
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
  /** Who asks as an operator; without it whoever is on the machine itself. */
  readonly authenticate?: Verifier['authenticate'];
  readonly limits?: Partial<HttpLimits>;
  /** What operators on other machines show; absent: there are none. */
  readonly operatorToken?: string;
}

export interface HttpLimits {
  /** A request's headers must be whole within this, or the connection is ended (slow-loris). */
  readonly headersTimeoutMs: number;
  /** A connection on which nothing is sent or taken for this long is ended: an answer that nobody reads holds memory. */
  readonly idleTimeoutMs: number;
  /**
   * How long the rest of a body is read and thrown away once its request was answered: a connection that is closed
   * with bytes unread is reset, and the answer lost to a client that is still sending.
   */
  readonly lingerMs: number;
}

const defaultLimits: HttpLimits = { headersTimeoutMs: 10_000, idleTimeoutMs: 120_000, lingerMs: 2_000 };

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A token of ours is under 1 KB; a cursor of 200 lanes is under 1 KB. */
const maxHeaderBytes = 16 * 1024;
const maxConnections = 20_000;
/** After this the connections that are still open at shutdown are cut. */
const closeGraceMs = 1_000;

/** One HTTP server for all services given. Throws (EADDRINUSE and the like) when the port cannot be had. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { host, port, services, log, metrics } = options;
  const { headersTimeoutMs, idleTimeoutMs, lingerMs } = { ...defaultLimits, ...options.limits };
  const hot = new Map<string, Handler>(services.flatMap((service) => Object.entries(service.hot ?? {})));
  const app = createApp(options, hot);
  const onRequest = (req: RoutedRequest, res: ServerResponse): void => {
    const connection: Connection = req.socket;
    connection.lastAnswer = res;
    connection.lingerMs = lingerMs;
    if (log.isLevelEnabled('debug')) logWhenDone(req, res, log);
    res.on('finish', throwRestAway);
    try {
      // Node would refuse it too, without a body (RFC 9112, 3.2).
      if (req.headers.host === undefined && req.httpVersion === '1.1') {
        throw new ProblemError('bad-request', { detail: 'a request needs a Host' });
      }
      const url = originForm(req);
      const query = url.indexOf('?');
      const path = query === -1 ? url : url.slice(0, query);
      const handler = hot.get(`${req.method === 'HEAD' ? 'GET' : req.method} ${path}`);
      if (handler === undefined) {
        for (const [name, value] of Object.entries(sentAlways)) res.setHeader(name, value);
        app(req, res);
        return;
      }
      req.route = { path };
      if (req.method === 'HEAD') endAtBody(res);
      handler(req, res);
    } catch (error) {
      answerError(error, res, log, metrics);
    }
  };
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      // Bounds whole uploads of any length and streams: bodies have idle bounds of their own.
      requestTimeout: 0,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs),
      requireHostHeader: false,
      noDelay: true,
    },
    onRequest,
  );
  server.timeout = idleTimeoutMs;
  server.maxConnections = maxConnections;
  // An expectation that is not known is answered by Node without a body; it may be ignored (RFC 9110, 10.1.1).
  server.on('checkExpectation', onRequest);
  server.on('connect', (_req, socket: Duplex) => {
    metrics.refused.inc({ reason: 'method-not-allowed' });
    endWithProblem(socket, new ProblemError('method-not-allowed', { headers: { Allow: '' } }), lingerMs);
  });
  server.on('clientError', (error: Error, socket: Connection) => {
    const problem = answerUnparsed(error, socket, socket.lastAnswer, lingerMs);
    if (problem !== undefined) metrics.refused.inc({ reason: problem.code });
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

/** Answers any error as a problem, counts it, and logs the ones that are our fault. */
export function answerError(error: unknown, res: ServerResponse, log: Log, metrics: Metrics): void {
  sendProblem(res, noteRefusal(error, res.req, log, metrics));
}

/**
 * What an error is answered with, counted and, when it is our fault, logged with an id that the answer carries too. For answers
 * of many problems, one an event.
 */
export function noteRefusal(error: unknown, req: IncomingMessage, log: Log, metrics: Metrics): ProblemError {
  const problem = asProblem(error);
  metrics.refused.inc({ reason: problem.code });
  if (problem.code !== 'internal') return problem;
  const request = randomUUID();
  log.error({ err: error, request, ...described(req) }, 'request failed');
  return new ProblemError('internal', { members: { instance: `urn:uuid:${request}` } });
}

/** What is remembered of a connection. */
interface Connection extends Duplex {
  /** So that what is no request is not answered into the middle of one. */
  lastAnswer?: ServerResponse;
  lingerMs?: number;
}

/** A request whose route is known; Express says it in the same way. */
interface RoutedRequest extends IncomingMessage {
  route?: { readonly path: unknown };
}

/** What a log line says of a request: its route, never the address itself (ids, filters, cursors), its headers or its body. */
function described(req: RoutedRequest): Record<string, unknown> {
  const { method, route, headers } = req;
  return { method, route: route?.path, trace: traceparentOf(headers['traceparent']) };
}

function logWhenDone(req: IncomingMessage, res: ServerResponse, log: Log): void {
  const began = performance.now();
  res.once('close', () => {
    const ms = Math.round(performance.now() - began);
    const about = { request: randomUUID(), ...described(req) };
    log.debug({ ...about, status: res.statusCode, whole: res.writableFinished, ms }, 'request');
  });
}

/** A proxy may send the whole URL as the target (RFC 9112, 3.2.2); what follows sees its path alone. */
function originForm(req: IncomingMessage): string {
  const url = req.url ?? '/';
  if (url.startsWith('/') || !URL.canParse(url)) return url;
  const { pathname, search } = new URL(url);
  req.url = `${pathname}${search}`;
  return req.url;
}

/** A HEAD is answered as its GET is, and ends where the body would begin: also where that has no end (a stream). */
function endAtBody(res: ServerResponse): void {
  res.write = () => {
    res.end();
    return true;
  };
}

/** A listener for all answers: one made for each would cost every request what only a few need. */
function throwRestAway(this: ServerResponse): void {
  const { req } = this;
  if (req.complete) return;
  req.resume();
  const connection: Connection = req.socket;
  setTimeout(() => {
    if (!req.complete) connection.destroy();
  }, connection.lingerMs).unref();
}

function createApp(
  { services, log, metrics, authenticate, operatorToken }: HttpOptions,
  hot: ReadonlyMap<string, Handler>,
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  const routers = [
    operatorRoutes(services, metrics, { authenticate, operatorToken }),
    ...services.flatMap(({ router }) => (router === undefined ? [] : [router])),
  ];
  for (const router of routers) app.use(router);
  app.use((req, _res, next) => {
    const methods = methodsOf(req.path, hot, routers);
    if (methods.length > 0) {
      throw new ProblemError('method-not-allowed', { headers: { Allow: methods.join(', ') } });
    }
    next();
  });
  for (const { unknown } of services) if (unknown !== undefined) app.use(unknown);
  app.use(() => {
    throw new ProblemError('not-found');
  });
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    answerError(error, res, log, metrics);
  });
  return app;
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
