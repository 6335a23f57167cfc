import { hash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Codec,
  connectKafka,
  createAudit,
  createCodec,
  createLog,
  createMetrics,
  createProducer,
  currentDirectory,
  type EventRecord,
  ensureTopics,
  exchangeTopics,
  type FollowedThreads,
  followThreads,
  type HttpServer,
  type Kafka,
  type Offsets,
  ProblemError,
  type Service,
  startHttp,
  toRecord,
  usualEraseWithinSeconds,
} from '@puebla/kit';
import {
  agencyOf,
  demonstrationRegister,
  type Kind,
  type KindName,
  readerOf,
  type Tlp,
  threadKindOf,
  validateEvent,
} from '@puebla/schemas';
import pRetry, { AbortError } from 'p-retry';
import pg from 'pg';
import { askAgain } from '../kit/ask-again.ts';
import { startLibrary } from './index.ts';
import { jsonOf, type StoredEvent } from './stored-event.ts';
import { viewState } from './view.ts';

/** What the tests of the library stand on: the run's servers, a database of their own, events in the log, a library over HTTP. */
export interface Stage {
  readonly kafka: Kafka;
  readonly codec: Codec;
  /** A database of this stage alone. */
  readonly databaseUrl: string;
  readonly database: pg.Pool;
  /** Puts records into the log; their offsets, in the order given. */
  send(records: readonly EventRecord[]): Promise<number[]>;
  /** Rows of the view with these ids. */
  stored(...ids: readonly string[]): Promise<StoredRow[]>;
  /** Waits for a view that has caught up with what was in the log when it was emptied. */
  whole(): Promise<void>;
  /** Waits until the table need not be written anew for what other tests recalled: that knows of the library's own rows alone. */
  settled(): Promise<void>;
  /** A digest of every row that comes from below these positions: other tests of the run publish meanwhile. */
  content(below: Offsets): Promise<{ events: number; digest: string }>;
  library(options?: StageOptions): Promise<RunningLibrary>;
  readonly threads: FollowedThreads;
  close(): Promise<void>;
}

/** What a library stands on instead. */
interface StageOptions {
  readonly codec?: Codec;
  readonly databaseUrl?: string;
  readonly kafka?: Kafka;
  readonly threads?: FollowedThreads;
}

interface StoredRow extends StoredEvent {
  readonly agency: string;
  readonly id: string;
  readonly kind: string;
  readonly participant: string;
  readonly thread: string | null;
  readonly tlp: string;
  readonly offset: string;
  readonly digest: string;
  /** As readers get it. */
  readonly event: Readonly<Record<string, unknown>>;
}

interface Question {
  /** An agency's id, signed in by the test's own verifier. */
  readonly as?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

export interface RunningLibrary {
  readonly service: Service;
  readonly http: HttpServer;
  /** Asks over HTTP, again while the library is behind, as it says itself (503): other tests have given it much to do. */
  ask(path: string, options?: Question): Promise<Response>;
  askOnce(path: string, options?: Question): Promise<Response>;
  close(): Promise<void>;
}

/** A stage's own choices; everything else is as in the example of the kind. */
export interface Said {
  readonly id?: string;
  readonly agency?: string;
  readonly kind?: string;
  readonly tlp?: 'CLEAR' | 'GREEN';
  /** `<agency>/<id>` of its first event. */
  readonly thread?: string;
  /** Goes into the headline, so that two bodies of one id can be told apart. */
  readonly words?: string;
}

export async function openStage(environment: Readonly<Record<string, string | undefined>>): Promise<Stage> {
  const brokers = [needed(environment, 'PUEBLA_TEST_KAFKA')];
  const registryUrl = needed(environment, 'PUEBLA_TEST_REGISTRY');
  const server = needed(environment, 'PUEBLA_TEST_DATABASE_URL');
  const log = createLog({ level: 'silent' });
  const kafka = connectKafka({ brokers, clientId: 'library-test' });
  await ensureTopics({ brokers, clientId: 'library-test' }, exchangeTopics(usualEraseWithinSeconds));
  const codec = await createCodec({ registryUrl, log });
  const producer = createProducer(kafka, { sendTimeoutMs: 30_000 });

  const name = `library_${randomUUID().replaceAll('-', '')}`;
  const databaseUrl = new URL(server);
  databaseUrl.pathname = `/${name}`;
  const home = new pg.Client({ connectionString: server });
  await home.connect();
  await home.query(`create database ${name}`);
  const database = new pg.Pool({ connectionString: databaseUrl.href, max: 2 });
  database.on('error', () => {});

  const threads = await followThreads({ kafka, log });
  const libraries: RunningLibrary[] = [];
  const library: Stage['library'] = async (options = {}) => {
    const audit = createAudit({ kafka: options.kafka ?? kafka, log, metrics: createMetrics() });
    const service = await startLibrary({
      kafka,
      codec,
      databaseUrl: databaseUrl.href,
      directory,
      threads,
      log,
      metrics: createMetrics(),
      eraseWithinSeconds: usualEraseWithinSeconds,
      audit,
      authenticate: signIn,
      ...options,
    });
    const http = await startHttp({
      host: '127.0.0.1',
      port: 0,
      services: [service],
      log,
      metrics: createMetrics(),
    });
    let closing: Promise<void> | undefined;
    const running: RunningLibrary = {
      service,
      http,
      ask: (path, question) => askAgain(150_000, () => running.askOnce(path, question)),
      askOnce: (path, { as, method = 'GET', headers = {} } = {}) =>
        fetch(new URL(path, http.url), {
          method,
          headers: as === undefined ? headers : { ...headers, authorization: as },
        }),
      close() {
        closing ??= http
          .close()
          .then(() => service.close())
          .then(() => audit.close());
        return closing;
      },
    };
    libraries.push(running);
    return running;
  };

  return {
    kafka,
    codec,
    databaseUrl: databaseUrl.href,
    database,
    threads,
    library,
    async stored(...ids) {
      const { rows } = await database.query<Omit<StoredRow, 'event'>>(
        'select * from library.events where id = any($1)',
        [ids],
      );
      return Promise.all(rows.map(async (row) => ({ ...row, event: JSON.parse(await jsonOf(codec, row)) })));
    },
    async whole() {
      await eventually(
        () => viewState(database).catch(() => undefined),
        (view) => view?.whole === true,
      );
    },
    async settled() {
      await eventually(
        () => database.query('select from library.erasures'),
        ({ rowCount }) => rowCount === 0,
      );
    },
    async content(below) {
      const { rows } = await database.query(
        `select count(*)::int as events, md5(string_agg(md5(e::text), '' order by agency, id)) as digest
         from library.events e where "offset" < ($1::json -> topic ->> partition)::bigint`,
        [JSON.stringify(below)],
      );
      return rows[0];
    },
    // A young broker gives no producer id yet: what never left is sent again.
    send: (records) =>
      pRetry(
        async () => {
          const outcomes = await producer.send(records.map(({ record }) => record));
          return outcomes.map((outcome) => {
            if (outcome.state === 'written') return outcome.offset;
            const failure = new Error(`the record was not written: ${outcome.state}`);
            throw outcome.state === 'unsent' ? failure : new AbortError(failure);
          });
        },
        { retries: 40, minTimeout: 100, factor: 1 },
      ),
    async close() {
      // Also those that a failed test has left.
      await Promise.all(libraries.map((running) => running.close()));
      producer.close();
      await threads.close();
      kafka.close();
      await database.end();
      await home.query(`drop database ${name} with (force)`);
      await home.end();
    },
  };
}

function needed(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set: these tests need the servers`);
  return value;
}

const directory = currentDirectory(demonstrationRegister);

/** Tokens have tests of their own, in the kit: here the header names the agency. */
async function signIn(authorization: string | undefined) {
  if (authorization === undefined) return { reader: { signedIn: false as const }, expiresAt: null };
  const reader = readerOf(directory.current(), authorization);
  if (reader === undefined) throw new ProblemError('token-invalid');
  return { reader, expiresAt: Number.POSITIVE_INFINITY };
}

const examples = new Map<string, string>();

/** What an office has not adopted yet is not for everybody. */
export function usualTlp(kind: Kind | undefined): Tlp {
  return kind?.offices === undefined ? 'CLEAR' : kind.tlp;
}

/** An accepted event as the gateway would write it: the contract's example under an identity of its own. */
export function eventRecord(codec: Codec, said: Said = {}): EventRecord {
  const { id = randomUUID(), agency: agencyId = 'mx-fgr', kind: name = 'alert', words = '' } = said;
  const kind = threadKindOf(name);
  const tlp = said.tlp ?? usualTlp(kind);
  const agency = agencyOf(agencyId);
  if (kind === undefined || agency === undefined)
    throw new RangeError(`no such kind or agency: ${name}, ${agencyId}`);
  let text = examples.get(name);
  if (text === undefined) {
    text = readFileSync(join(import.meta.dirname, `../../schemas/kinds/${name}/example.json`), 'utf8');
    examples.set(name, text);
  }
  const checked = validateEvent({
    ...JSON.parse(text.replaceAll('"EXERCISE: ', `"EXERCISE ${words}: `)),
    id,
    tlp,
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.violations));
  const head = {
    id,
    agency: agencyId,
    kind: name as KindName,
    participant: agency.participant,
    time: checked.event.time ?? '2026-01-01T00:00:00Z',
    tlp,
    ...(said.thread !== undefined && { thread: said.thread }),
  };
  return toRecord(
    kind.topic,
    head,
    codec.encode(kind, checked.event.data),
    hash('sha256', `${words} ${id} ${tlp}`, 'base64url'),
  );
}

/** Asks until it holds, or throws with what was last seen. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  holds: (value: T) => boolean,
  withinMs = 150_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(value)}`);
    await sleep(20);
  }
}
