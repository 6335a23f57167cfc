/**
 * `node infra/serve.ts`: the services that PUEBLA_SERVICES names, in one process on servers that are there already, until
 * it is told to stop. What a container runs.
 */
import { type Config, ConfigError, readConfig } from '../services/kit/config.ts';
import { asFailure, exitCodes } from './embedded/failure.ts';
import { progressTo } from './embedded/progress.ts';
import { type ExchangeOptions, startExchange } from './exchange.ts';
import { stopRequests } from './stop-requests.ts';
import { tellUnknown } from './tell-unknown.ts';

const forcedExitCode = 130;

const progress = progressTo(process.stderr);
const stop = stopRequests();
stop.onForce(() => process.exit(forcedExitCode));
let home = '.';
try {
  const config = readConfig(process.env);
  home = config.home;
  tellUnknown(process.env, progress);
  const exchange = await startExchange({ config, services: config.services, ...serversOf(config) });
  progress.say(`Serving ${config.services.join(', ')} at ${exchange.url}`);
  await stop.requested;
  await exchange.close();
  progress.say('Stopped');
} catch (error) {
  const failure = asFailure(error, home);
  progress.say(failure.message);
  if (failure.code === 'unexpected') console.error(error);
  process.exitCode = exitCodes[failure.code];
}

function serversOf(config: Config): Pick<ExchangeOptions, 'kafka' | 'registryUrl' | 'databaseUrl'> {
  const { kafkaBrokers, registryUrl, databaseUrl } = config;
  if (kafkaBrokers === undefined) throw missing('KAFKA_BROKERS');
  if (registryUrl === undefined) throw missing('REGISTRY_URL');
  return {
    kafka: kafkaBrokers.join(','),
    registryUrl,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
}

function missing(name: string): ConfigError {
  return new ConfigError([
    { name, given: 'not set', expects: 'the address of a server: nothing is embedded here' },
  ]);
}
