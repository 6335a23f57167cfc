import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startConsole } from '@puebla/console';
import { startDirectory } from '@puebla/directory';
import { type FeedsOptions, startFeeds } from '@puebla/feeds';
import { startGateway } from '@puebla/gateway';
import {
  type AuditLimits,
  type Check,
  type Config,
  ConfigError,
  compactedPlan,
  connectKafka,
  createAudit,
  createCodec,
  createCursorCodec,
  createLog,
  createMetrics,
  createVerifier,
  currentDirectory,
  cursorKey,
  demoAudience,
  demoClientId,
  demoIssuer,
  directoryTopic,
  ensureTopics,
  exchangeTopics,
  type FollowedKeys,
  followDirectory,
  followSigningKeys,
  followThreads,
  foreignAlgorithms,
  foreignKeys,
  type Kafka,
  KafkaError,
  type KafkaOptions,
  type Log,
  ProblemError,
  type Service,
  type ServiceName,
  serviceNames,
  startHttp,
  type TopicPlan,
  usualEraseWithinSeconds,
  type VerifierOptions,
} from '@puebla/kit';
import { startLibrary } from '@puebla/library';
import { type MonitorOptions, startMonitor } from '@puebla/monitor';
import { demonstrationRegister, type Register } from '@puebla/schemas';
import pRetry from 'p-retry';
import { StartFailure } from './embedded/failure.ts';

export interface ExchangeOptions {
  readonly config: Pick<
    Config,
    | 'home'
    | 'host'
    | 'port'
    | 'logLevel'
    | 'libraryUrl'
    | 'publicUrl'
    | 'oidcIssuer'
    | 'oidcAudience'
    | 'operatorToken'
  > &
    Partial<
      Pick<
        Config,
        | 'eraseWithinSeconds'
        | 'recallAnswerHours'
        | 'directoryRows'
        | 'exchangeUrl'
        | 'oidcClientId'
        | 'serviceUrls'
      >
    >;
  /** `host:port`, several with commas between. */
  readonly kafka: string;
  readonly registryUrl: string;
  /** Only the library needs it. */
  readonly databaseUrl?: string;
  /** Which services run in this process: all unless told otherwise. */
  readonly services?: readonly ServiceName[];
  /** Where brokers are reached when not at their advertised addresses. */
  readonly via?: KafkaOptions['via'];
  /** Where the directory is: its usual topic, another one, or (for tests) a register that nobody changes. */
  readonly directory?: { readonly topic: string } | { readonly register: Register };
  readonly feeds?: Pick<FeedsOptions, 'ringBytes' | 'beatMs' | 'stalledAfterMs'>;
  readonly audit?: Partial<AuditLimits>;
  /** Of the servers, for the monitor, where they are known: not all of them tell. */
  readonly versions?: MonitorOptions['versions'];
}

export interface Exchange {
  readonly url: string;
  /** Waits until every check of every service holds, at most this long; gives those that do not. */
  untilReady(timeoutMs: number): Promise<readonly Check[]>;
  close(): Promise<void>;
}

const readyPollMs = 20;

/** A broker that has just started, on a machine that starts much else, answers late. */
const patience = { retries: 20, minTimeout: 250, maxTimeout: 5_000, maxRetryTime: 60_000 };

/**
 * The chosen services in this one process, at one port. What a broker leaves unanswered meanwhile is tried again for a minute. What it throws
 * (a taken port, say) is for the caller to explain; ConfigError when the library is chosen and there is no database.
 */
export async function startExchange(options: ExchangeOptions): Promise<Exchange> {
  requireLibrary(options);
  const log = createLog({ level: options.config.logLevel });
  return pRetry(() => startOnce(options, log), {
    ...patience,
    shouldRetry: ({ error }) => isUnanswered(error),
    onFailedAttempt: ({ error }) => {
      if (isUnanswered(error)) log.warn({ err: error }, 'the exchange cannot start yet: trying again');
    },
  });
}

function isUnanswered(error: Error): boolean {
  return (
    (error instanceof KafkaError && (error.code === 'kafka-lost' || error.code === 'kafka-unreachable')) ||
    (error instanceof ProblemError && error.code === 'unavailable')
  );
}

/** Says which server it is that does not do what was asked, and by which setting it was found. */
function explain(server: string, setting: string): (error: Error) => never {
  return (error) => {
    if (isUnanswered(error)) throw error;
    throw new StartFailure(
      'server-failed',
      `${server} cannot be used (${error.message}): see that it runs, and that ${setting} says where.`,
      { cause: error },
    );
  };
}

async function startOnce(options: ExchangeOptions, log: Log): Promise<Exchange> {
  const { config, kafka: brokerList, registryUrl, services = serviceNames } = options;
  const brokers = brokerList.split(',');
  const metrics = createMetrics(services);
  const { via } = options;
  const kafka = connectKafka({ brokers, clientId: 'puebla', ...(via === undefined ? {} : { via }) });
  const audit = createAudit({ kafka, log, metrics, limits: options.audit ?? {} });
  const started: Service[] = [];
  /** Known once it listens; nobody asks before. */
  let ownUrl = '';
  let closeDirectory = async (): Promise<void> => {};
  let closeThreads = async (): Promise<void> => {};
  const closeAll = async (): Promise<void> => {
    await Promise.allSettled([...started].reverse().map((service) => service.close()));
    await Promise.all([audit.close(), closeDirectory(), closeThreads()]);
    kafka.close();
  };
  const start = async (starting: Promise<Service>): Promise<void> => {
    started.push(await starting);
  };
  try {
    const idsFile = join(config.home, 'schema-ids.json');
    const [codec, key, keys] = await Promise.all([
      createCodec({ registryUrl, idsFile, log }).catch(
        explain(`The schema registry at ${new URL(registryUrl).host}`, 'REGISTRY_URL'),
      ),
      cursorKey(config.home),
      config.oidcIssuer === undefined ? followSigningKeys(config.home) : undefined,
      ensureTopics({ brokers, clientId: 'puebla-admin' }, topicsOf(options)).catch(
        explain(`Kafka at ${brokerList}`, 'KAFKA_BROKERS'),
      ),
    ]);
    const cursors = createCursorCodec(key);
    const { directory, kept } = await openDirectory(options.directory, kafka, log);
    if (kept !== undefined) closeDirectory = kept.directory.close;
    const threads = await followThreads({ kafka, log });
    closeThreads = threads.close;
    const publicUrl = (): string => config.publicUrl ?? ownUrl;
    const verifier = createVerifier({ ...trustOf(config, keys, publicUrl), directory });
    const { authenticate } = verifier;
    const shared = { kafka, codec, cursors, directory, threads, verifier, audit, log, metrics };
    const begin: Readonly<Record<ServiceName, () => Promise<Service>>> = {
      directory: () =>
        startDirectory({
          directory,
          verifier,
          log,
          ...(kept === undefined ? {} : { kept: { ...kept, audit, mostRows: config.directoryRows } }),
          ...(keys === undefined ? {} : { signIn: { home: config.home, keys, url: publicUrl } }),
        }),
      gateway: () =>
        startGateway({
          ...shared,
          libraryUrl: () => config.libraryUrl ?? ownUrl,
          ...(config.recallAnswerHours && { recallAnswerMs: config.recallAnswerHours * 3_600_000 }),
        }),
      feeds: () => startFeeds({ ...shared, ...options.feeds }),
      library: () =>
        startLibrary({
          kafka,
          codec,
          databaseUrl: databaseOf(options),
          directory,
          threads,
          authenticate,
          audit,
          log,
          metrics,
          eraseWithinSeconds: config.eraseWithinSeconds ?? usualEraseWithinSeconds,
          thread: { brokers, registryUrl, idsFile, logLevel: config.logLevel },
        }),
      monitor: async () =>
        startMonitor({
          ...shared,
          authenticate,
          registryUrl,
          urlOf: (name) => urlOf(options, name, ownUrl),
          operatorToken: config.operatorToken,
          versions: options.versions ?? {},
        }),
      console: async () => {
        const exchangeUrl = (): string => config.exchangeUrl ?? ownUrl;
        const { oidcIssuer, oidcClientId: clientId = demoClientId } = config;
        const issuer =
          oidcIssuer === undefined
            ? { issuer: publicUrl, issuerAt: exchangeUrl }
            : { issuer: () => oidcIssuer };
        return startConsole({ exchangeUrl, publicUrl, clientId, ...issuer, log });
      },
    };
    // Async: what one throws at once must not leave the promises of others unheard.
    await Promise.all(services.map(async (name) => start(begin[name]())));
    const { host, port, operatorToken } = config;
    const http = await startHttp({
      host,
      port,
      services: started,
      log,
      metrics,
      authenticate,
      ...(operatorToken === undefined ? {} : { operatorToken }),
    });
    ownUrl = http.url;
    return {
      url: http.url,
      async untilReady(timeoutMs) {
        const deadline = Date.now() + timeoutMs;
        for (;;) {
          const checks = (await Promise.all(started.map((service) => service.checks()))).flat();
          const failed = checks.filter(({ ok }) => !ok);
          if (failed.length === 0 || Date.now() > deadline) return failed;
          await sleep(readyPollMs);
        }
      },
      async close() {
        await Promise.all([http.close(), closeAll()]);
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Whose tokens are taken: the embedded issuer's, at its address or minted beside it with its keys, or those of an issuer elsewhere. */
function trustOf(
  { oidcIssuer, oidcAudience = demoAudience }: ExchangeOptions['config'],
  keys: FollowedKeys | undefined,
  publicUrl: () => string,
): Omit<VerifierOptions, 'directory'> {
  if (keys !== undefined)
    return { issuer: () => [demoIssuer, publicUrl()], audience: demoAudience, jwks: keys.getKey };
  const issuer = oidcIssuer ?? '';
  return { issuer, audience: oidcAudience, jwks: foreignKeys(issuer), algorithms: foreignAlgorithms };
}

/** A directory elsewhere than usual has its topic beside the others. */
function topicsOf({ config, directory }: ExchangeOptions): readonly TopicPlan[] {
  const { eraseWithinSeconds = usualEraseWithinSeconds } = config;
  const usual = exchangeTopics(eraseWithinSeconds);
  if (directory === undefined || 'register' in directory) return usual;
  return [...usual, compactedPlan(directory.topic, eraseWithinSeconds)];
}

async function openDirectory(of: ExchangeOptions['directory'], kafka: Kafka, log: Log) {
  if (of !== undefined && 'register' in of) return { directory: currentDirectory(of.register) };
  const topic = of?.topic ?? directoryTopic;
  const directory = await followDirectory({ kafka, log, topic });
  return { directory, kept: { kafka, directory, topic, seed: demonstrationRegister } };
}

/** A gateway asks the library for threads: itself, and every version and step would be refused as of what does not exist. */
function requireLibrary({ config, services = serviceNames }: ExchangeOptions): void {
  if (!services.includes('gateway') || services.includes('library') || config.libraryUrl !== undefined)
    return;
  throw new ConfigError([
    { name: 'LIBRARY_URL', given: 'not set', expects: 'where the library answers, for the gateway' },
  ]);
}

/** Where the monitor finds a service; undefined where nobody has said it. */
function urlOf(
  { config, services = serviceNames }: ExchangeOptions,
  name: ServiceName,
  ownUrl: string,
): string | undefined {
  if (services.includes(name)) return ownUrl;
  return config.serviceUrls?.[name] ?? (name === 'library' ? config.libraryUrl : undefined);
}

function databaseOf({ databaseUrl }: ExchangeOptions): string {
  if (databaseUrl !== undefined) return databaseUrl;
  throw new ConfigError([
    { name: 'DATABASE_URL', given: 'not set', expects: 'a PostgreSQL database, for the library' },
  ]);
}
