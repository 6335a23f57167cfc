import { agencies, agencyOf } from '@puebla/schemas';
import type { Cli } from './cli.ts';
import { CliError } from './exit-codes.ts';
import { DemoKeyError, defaultTokenSeconds, demoAudience, demoIssuer, mintToken } from './kit.ts';

/** Gives a token that is good now: asked again before each request, so that long work outlives one token. */
export type TokenSource = () => Promise<string>;

/**
 * Tokens of a demonstration agency, or of a person in it (`<agency>/<person>`), made anew when two thirds of their life are over.
 * @throws CliError when the exchange is not the embedded one: its keys are not ours to sign with
 */
export function demoTokens(cli: Cli, who: string, ttlSeconds = defaultTokenSeconds): TokenSource {
  requireEmbedded(cli, 'tokens of demonstration agencies are');
  const { home } = cli.config;
  const [agency = '', person] = who.split('/', 2);
  const known = demoAgency(agency);
  let current: { token: string; renewAt: number } | undefined;
  return async () => {
    if (current === undefined || Date.now() >= current.renewAt) {
      const renewAt = Date.now() + (ttlSeconds * 1000 * 2) / 3;
      const request = {
        home,
        agency: known,
        issuer: demoIssuer,
        audience: demoAudience,
        ttlSeconds,
        ...(person === undefined ? {} : { person }),
      };
      current = { token: await mintToken(request).catch(explain), renewAt };
    }
    return current.token;
  };
}

/** @throws CliError when the exchange is not the embedded one: its keys and secrets are not ours */
export function requireEmbedded(cli: Cli, what: string): void {
  const { databaseUrl, kafkaBrokers, oidcIssuer } = cli.config;
  if (databaseUrl === undefined && kafkaBrokers === undefined && oidcIssuer === undefined) return;
  throw new CliError(
    'usage',
    `${what} for the embedded exchange alone (KAFKA_BROKERS, DATABASE_URL or OIDC_ISSUER is set): use PUEBLA_TOKEN`,
  );
}

function explain(error: unknown): never {
  if (error instanceof DemoKeyError || error instanceof RangeError)
    throw new CliError('usage', error.message);
  throw error;
}

/** The agency's id. @throws CliError naming those of the same participant, or where the list is */
export function demoAgency(id: string): string {
  const agency = agencyOf(id);
  if (agency !== undefined) return agency.id;
  const prefix = id.toLowerCase().split('-')[0] ?? '';
  const near = agencies.filter((each) => each.id.startsWith(`${prefix}-`)).map((each) => each.id);
  throw new CliError(
    'usage',
    `there is no agency ${JSON.stringify(id)}; ${near.length > 0 ? `there is ${near.join(', ')}` : 'puebla token --list shows all'}`,
  );
}

/** Who calls: an agency of the demonstration by --as, else the token given, else nobody. */
export function callerOf(cli: Cli, options: { as?: string; token?: string }): TokenSource | undefined {
  if (options.as !== undefined) return demoTokens(cli, options.as);
  const { token } = options;
  return token === undefined ? undefined : async () => token;
}

/** As callerOf, where a caller is needed. */
export function requiredCallerOf(cli: Cli, options: { as?: string; token?: string }): TokenSource {
  const caller = callerOf(cli, options);
  if (caller !== undefined) return caller;
  throw new CliError(
    'usage',
    'say who asks: --as AGENCY (demonstration agencies: puebla token --list), or a token in PUEBLA_TOKEN',
  );
}
