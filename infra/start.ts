/**
 * `npm start`: the embedded servers, then every service in this process at one port, until it is told to stop. What it
 * says while it starts goes to stderr; what a person needs then goes to stdout.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import type { Config } from '../services/kit/config.ts';
import { readConfig } from '../services/kit/config.ts';
import { describeConfig } from '../services/kit/describe-config.ts';
import { asFailure, exitCodes, StartFailure, systemCode } from './embedded/failure.ts';
import { requireFree } from './embedded/ports.ts';
import { progressTo } from './embedded/progress.ts';
import { type Stack, startStack } from './embedded/stack.ts';
import { keepUp } from './keep-up.ts';
import { noteRunning } from './running.ts';
import { stopRequests } from './stop-requests.ts';
import { tellUnknown } from './tell-unknown.ts';
import { welcome } from './welcome.ts';

const forcedExitCode = 130;
/** After this the exchange is offered as it is, and says what is not ready. */
const readyTimeoutMs = 10_000;

const progress = progressTo(process.stderr);
const stop = stopRequests();
let home = '.';
try {
  const config = readConfig(process.env);
  home = config.home;
  tellUnknown(process.env, progress);
  if (config.logLevel === 'debug' || config.logLevel === 'trace')
    describeConfig(config).forEach(progress.say);
  await requireFree(config.host, config.port);
  // Code that was read once is read in three quarters of the time; threads go by the variable.
  process.env['NODE_COMPILE_CACHE'] = join(config.cache, 'node');
  enableCompileCache(process.env['NODE_COMPILE_CACHE']);
  await run(config);
} catch (error) {
  if (!stop.signal.aborted) {
    const failure = asFailure(error, home);
    progress.say(failure.message);
    if (failure.code === 'unexpected') console.error(error);
    process.exitCode = exitCodes[failure.code];
  }
}

async function run(config: Config): Promise<void> {
  const stack = await startStack(config, {
    progress,
    signal: stop.signal,
    // What is wrong with it is said when it is needed.
    onLaunched: () => void services().catch(() => undefined),
  });
  stop.onForce(() => {
    stack.killNow();
    process.exit(forcedExitCode);
  });
  process.once('exit', () => stack.killNow());
  const kept = keepUp(stack, progress);
  try {
    await serve(config, stack, (await services()).startExchange);
  } finally {
    await kept.close();
    progress.say('Stopping the servers');
    await stack.close();
    progress.say('Stopped');
  }
}

/**
 * The code of the services takes a second of a core to read: not before the servers have been launched, which would
 * wait for it, and not after they are up, when there is nothing else to do.
 */
function services(): Promise<typeof import('./exchange.ts')> {
  return import('./exchange.ts');
}

type StartExchange = typeof import('./exchange.ts').startExchange;

async function serve(config: Config, stack: Stack, startExchange: StartExchange): Promise<void> {
  const { kafka, registryUrl, databaseUrl } = stack;
  const { services } = config;
  const exchange = await startExchange({
    config,
    services,
    kafka,
    registryUrl,
    databaseUrl,
    versions: stack.versions,
  }).catch((error: unknown) => {
    throw portTaken(error, config) ?? error;
  });
  const note = noteRunning(config.home, exchange.url, stack);
  try {
    const waitingFor = stop.signal.aborted ? [] : await exchange.untilReady(readyTimeoutMs);
    for (const { name, detail } of waitingFor) progress.say(`Not ready yet: ${name}: ${detail}`);
    if (!stop.signal.aborted) {
      const isReady = waitingFor.length === 0;
      const notReady = 'Started; what is not ready yet is tried again, and GET /readyz says when it is';
      progress.say(isReady ? 'Ready' : notReady);
      console.log(welcome(exchange.url, isReady));
      await stop.requested;
    }
  } finally {
    progress.say('Stopping the services');
    await exchange.close();
    note.remove();
  }
}

/** It was free when it was looked at, seconds ago. */
function portTaken(error: unknown, { host, port }: Config): StartFailure | undefined {
  if (systemCode(error) !== 'EADDRINUSE') return undefined;
  return new StartFailure(
    'port-taken',
    `Port ${port} of ${host} is taken: end what uses it, or set PUEBLA_PORT to another.`,
    { cause: error },
  );
}
