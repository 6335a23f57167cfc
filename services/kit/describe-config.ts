import type { Config } from './config.ts';

/** The configuration in lines of `name value`, without secrets. */
export function describeConfig(config: Config): readonly string[] {
  return [
    `PUEBLA_HOME ${config.home}`,
    `PUEBLA_CACHE ${config.cache}`,
    `PUEBLA_HOST ${config.host}`,
    `PUEBLA_PORT ${config.port}`,
    `PUEBLA_URL ${config.publicUrl ? withoutSecrets(config.publicUrl) : '(host and port)'}`,
    `OIDC_ISSUER ${config.oidcIssuer ?? '(embedded)'}`,
    `OIDC_AUDIENCE ${config.oidcAudience ?? '(as embedded)'}`,
    `PUEBLA_SERVICES ${config.services.join(',')}`,
    `KAFKA_BROKERS ${config.kafkaBrokers?.join(',') ?? '(embedded)'}`,
    `REGISTRY_URL ${config.registryUrl ? withoutSecrets(config.registryUrl) : '(embedded)'}`,
    `LIBRARY_URL ${config.libraryUrl ?? '(this exchange)'}`,
    `DATABASE_URL ${config.databaseUrl ? withoutSecrets(config.databaseUrl) : '(embedded)'}`,
    `RECALL_ANSWER_HOURS ${config.recallAnswerHours}`,
    `LOG_LEVEL ${config.logLevel}`,
    `ERASE_WITHIN_SECONDS ${config.eraseWithinSeconds}`,
    `DIRECTORY_ROWS ${config.directoryRows}`,
    `JAVA_HOME ${config.javaHome ?? '(looked for)'}`,
  ];
}

/** An address without its password and its query, either of which may hold a secret. */
function withoutSecrets(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  url.search = '';
  url.hash = '';
  return url.href;
}
