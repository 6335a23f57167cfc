import { hash } from 'node:crypto';
import {
  type Audit,
  auditTopic,
  type Check,
  type Codec,
  type CurrentDirectory,
  type FollowedThreads,
  type Kafka,
  type Log,
  type LogRecord,
  type Metrics,
  overdueEveryMs,
  ProblemError,
  behind as recordsBehind,
  type Service,
  scopeFor,
  tellLanes,
  tellOverdue,
  type Verifier,
} from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import express, { type NextFunction, type Request, type Response } from 'express';
import type pg from 'pg';
import { createAccessRoute } from './access.ts';
import { createAcknowledgementsRoute } from './acknowledgements.ts';
import { startApplier } from './apply.ts';
import type { ApplyPhase, ApplyStatus } from './apply-status.ts';
import { createAuditRoute } from './audit.ts';
import { createCatchUp, createThreadsKnown } from './catch-up.ts';
import { createDueRoute, createOverdue } from './due.ts';
import { tellOpened } from './opened.ts';
import { openReadPool } from './pool.ts';
import { behind, notFound } from './problems.ts';
import { createReads } from './read.ts';
import { createRebuild } from './rebuild.ts';
import { createStatisticsRoute } from './statistics.ts';
import { startApplierThread, type ThreadPlace } from './thread.ts';
import type { ViewState } from './view.ts';

export interface LibraryOptions {
  readonly kafka: Kafka;
  readonly codec: Codec;
  /** PostgreSQL; the library owns the schema `library` in it, and nothing else. */
  readonly databaseUrl: string;
  readonly directory: CurrentDirectory;
  readonly threads: FollowedThreads;
  readonly authenticate: Verifier['authenticate'];
  readonly audit: Audit;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly eraseWithinSeconds: number;
  /** Given, the log is applied in a thread of its own, with its own connections. */
  readonly thread?: Omit<ThreadPlace, 'databaseUrl' | 'eraseWithinSeconds'>;
}

/**
 * The library: every event of the exchange in PostgreSQL, each exactly once, found by its address.
 *
 * Routes: `GET /v1/events/{agency}/{id}` answers the structured CloudEvent to who may read it (`canRead`); a read that misses
 * waits until what had been accepted when it came is applied (2 s at most), then 404, hidden and absent alike, or 503 when
 * the library is behind or being filled. `POST /v1/library/rebuild` empties and fills it (`rebuild.ts`).
 *
 * `GET /v1/threads/{agency}/{id}` answers `{ thread, kind, items }`: the thread of an event, its first event and all that refer to it, as far as
 * the reader may have them, in lane order; 304 to who has it as it stands (`If-None-Match`).
 *
 * `GET /v1/events/{agency}/{id}/handling` answers `{ kind, items }`, the event without what it says, to who may take it back.
 *
 * `GET /v1/audit` and `GET /v1/events/{agency}/{id}/access` show what the audit tells (`audit.ts`, `access.ts`);
 * `GET /v1/events/{agency}/{id}/acknowledgements` and `GET /v1/acknowledgements` who has acknowledged and what is due (`acknowledgements.ts`, `due.ts`).
 *
 * `GET /v1/statistics` counts what the reader may read (`statistics.ts`).
 *
 * Starts at once, whatever is there: a database or a broker that is not up yet is waited for, and `checks()` says so.
 */
export async function startLibrary(options: LibraryOptions): Promise<Service> {
  const { kafka, codec, databaseUrl, eraseWithinSeconds } = options;
  const { directory, threads, authenticate, audit, log, metrics, thread } = options;
  const topics = catalogue.map(({ topic }) => topic);
  const database = openReadPool(databaseUrl, (error) => log.debug({ err: error }, 'a read connection broke'));
  const onPoison = ({ topic, partition, offset }: PoisonPlace, reason: string): void => {
    metrics.poison.inc({ service: 'library', topic });
    log.error({ topic, partition, offset, reason }, 'a record cannot be applied; its lane goes on');
  };
  const applier =
    thread === undefined
      ? startApplier({
          kafka,
          codec,
          databaseUrl,
          topics,
          threads,
          eraseWithinSeconds,
          log,
          metrics,
          onPoison,
        })
      : startApplierThread({ ...thread, databaseUrl, eraseWithinSeconds }, { log, metrics, onPoison });
  metrics.onScrape(() => tellLanes(metrics, 'library', applier.status()));

  const threadsKnown = createThreadsKnown(threads);
  const catchUpEvents = createCatchUp(database, kafka, topics);
  const catchUp = async (): Promise<ViewState> => {
    const [state] = await Promise.all([catchUpEvents(), threadsKnown()]);
    return state;
  };
  const reads = createReads({ database, codec, directory, threads, threadsKnown, catchUp });
  const catchUpAudit = createCatchUp(database, kafka, [auditTopic]);
  const router = express.Router({ strict: true, caseSensitive: true });
  router.get('/v1/events/:agency/:id', async (request, response) => {
    const { reader } = await authenticate(request.headers.authorization, scopeFor.readEvents);
    const { agency, id } = request.params;
    const event = await reads.event(reader, agency, id);
    await tellOpened(audit, reader, [event]);
    // Meanwhile it may have been taken back, or given to fewer.
    if (!event.mayShow()) throw notFound();
    const { tlp, json } = event;
    // What is CLEAR may be kept, and must be asked about again: it may have been taken back.
    response.set('Cache-Control', tlp === 'CLEAR' ? 'public, no-cache' : 'private, no-store');
    response.set('ETag', tagOf(json));
    response.type('application/cloudevents+json');
    if (request.fresh) response.status(304).end();
    else response.send(json);
  });
  router.get('/v1/threads/:agency/:id', async (request, response) => {
    const { reader } = await authenticate(request.headers.authorization, scopeFor.readEvents);
    const { agency, id } = request.params;
    const { name, kind, events } = await reads.thread(reader, agency, id);
    const items = events.map(({ json }) => json).join(',');
    const json = `{"thread":${JSON.stringify(name)},"kind":"${kind}","items":[${items}]}`;
    response.set('Cache-Control', 'private, no-store').type('application/json');
    response.set('ETag', tagOf(json));
    // Who looks again and has it already is shown nothing, and opens nothing.
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    await tellOpened(audit, reader, events);
    // The thread is another one then.
    if (!events.every(({ mayShow }) => mayShow())) throw behind();
    response.send(json);
  });
  router.get('/v1/events/:agency/:id/handling', async (request, response) => {
    const { reader } = await authenticate(request.headers.authorization, scopeFor.readEvents);
    const { agency, id } = request.params;
    const { kind, event } = await reads.handling(reader, agency, id);
    const { agency: source, kind: type, ...rest } = event;
    response.set('Cache-Control', 'private, no-store').json({ kind, items: [{ source, type, ...rest }] });
  });
  const shared = { database, directory, threads, authenticate };
  router.get('/v1/events/:agency/:id/access', createAccessRoute({ ...shared, reads, catchUp: catchUpAudit }));
  router.get('/v1/audit', createAuditRoute({ ...shared, catchUp: catchUpAudit }));
  router.get(
    '/v1/events/:agency/:id/acknowledgements',
    createAcknowledgementsRoute({ ...shared, reads, audit, catchUp }),
  );
  router.get('/v1/acknowledgements', createDueRoute({ ...shared, catchUp }));
  router.get('/v1/statistics', createStatisticsRoute({ ...shared, catchUp }));
  metrics.onScrape(tellOverdue(metrics.acknowledgementsOverdue, createOverdue(shared)), overdueEveryMs);
  router.post('/v1/library/rebuild', createRebuild(database, authenticate, directory));
  router.use((error: unknown, _request: Request, _response: Response, next: NextFunction) => {
    // An address that cannot be decoded is the address of nothing.
    next(error instanceof URIError ? new ProblemError('not-found') : error);
  });

  return {
    name: 'library',
    router,
    checks: async () => [await checkDatabase(database), checkApplier(applier.status())],
    async close() {
      await applier.close();
      await database.end();
    },
  };
}

type PoisonPlace = Pick<LogRecord, 'topic' | 'partition' | 'offset'>;

async function checkDatabase(database: pg.Pool): Promise<Check> {
  try {
    const { rows } = await database.query<{ server_version: string }>('show server_version');
    return { name: 'database', ok: true, detail: `PostgreSQL ${rows[0]?.server_version} answers` };
  } catch (error) {
    return { name: 'database', ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

const phases: Readonly<Record<ApplyPhase, string>> = {
  connecting: 'waits for the database or the log',
  waiting: 'another instance applies',
  filling: 'is being filled from the log',
  following: 'follows the log',
};

function checkApplier(status: ApplyStatus): Check {
  const { phase, trouble } = status;
  const detail = trouble ?? `${phases[phase]}, ${recordsBehind(status)} records behind`;
  return { name: 'library', ok: phase !== 'connecting' && trouble === undefined, detail };
}

function tagOf(json: string): string {
  return `"${hash('sha256', json, 'base64url')}"`;
}
