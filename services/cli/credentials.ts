import { type Agency, agencies, agencyOf, participantOfAgency } from '@puebla/schemas';
import type { Cli } from './cli.ts';
import { CliError } from './exit-codes.ts';
import { DemoKeyError, defaultTokenSeconds, demoAudience, demoIssuer, mintToken } from './kit.ts';
import { t } from './language.ts';
import { request } from './request.ts';

/** Gives a token that is good now: asked again before each request, so that long work outlives one token. */
export type TokenSource = () => Promise<string>;

/**
 * Tokens of an agency, or of a person in it (`<agency>/<person>`), made anew when two thirds of their life are over. Whether there is such a
 * one now the exchange says when it is shown one.
 * @throws CliError when the exchange is not the embedded one: its keys are not ours to sign with
 */
export function demoTokens(cli: Cli, who: string, ttlSeconds = defaultTokenSeconds): TokenSource {
  requireEmbedded(cli, t('tokens that are signed here are', 'los tokens firmados aquí son'));
  const { home } = cli.config;
  const [agency = '', person] = who.split('/', 2);
  if (participantOfAgency(agency) === undefined) throw noAgency(agency);
  let current: { token: string; renewAt: number } | undefined;
  return async () => {
    if (current === undefined || Date.now() >= current.renewAt) {
      const renewAt = Date.now() + (ttlSeconds * 1000 * 2) / 3;
      const request = {
        home,
        agency,
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

/** As demoTokens, of whoever is asked for, each made once. */
export function everybodysTokens(cli: Cli): (who: string) => TokenSource {
  const tokens = new Map<string, TokenSource>();
  return (who) => {
    const token = tokens.get(who) ?? demoTokens(cli, who);
    tokens.set(who, token);
    return token;
  };
}

/** @throws CliError when the exchange is not the embedded one: its keys and secrets are not ours */
export function requireEmbedded(cli: Cli, what: string): void {
  const { databaseUrl, kafkaBrokers, oidcIssuer } = cli.config;
  if (databaseUrl === undefined && kafkaBrokers === undefined && oidcIssuer === undefined) return;
  throw new CliError(
    'usage',
    t(
      `${what} for the embedded exchange alone (KAFKA_BROKERS, DATABASE_URL or OIDC_ISSUER is set): use PUEBLA_TOKEN`,
      `${what} solo para el intercambio local (KAFKA_BROKERS, DATABASE_URL u OIDC_ISSUER tiene valor): use PUEBLA_TOKEN`,
    ),
  );
}

function explain(error: unknown): never {
  if (error instanceof DemoKeyError || error instanceof RangeError)
    throw new CliError('usage', error.message);
  throw error;
}

const answerWithinMs = 5_000;

/** What the exchange that runs answers; undefined where none does. Throws CliError for a refusal. */
async function askRunning(cli: Cli, url: URL, headers: Record<string, string> = {}): Promise<unknown> {
  const signal = AbortSignal.any([cli.signal, AbortSignal.timeout(answerWithinMs)]);
  try {
    return await (await request(cli, url, { headers, signal })).json();
  } catch (error) {
    if (error instanceof CliError && error.exit === 'unreachable') return undefined;
    throw error;
  }
}

/**
 * Throws CliError where the exchange that runs does not take the token: there is no such agency, or person in it, now. Where none runs the
 * agencies are those that it begins with.
 */
export async function requireTaken(cli: Cli, url: URL, who: string, token: string): Promise<void> {
  const address = new URL('/v1/directory/offices', url);
  if ((await askRunning(cli, address, { authorization: `Bearer ${token}` })) !== undefined) return;
  const [agency = ''] = who.split('/', 1);
  if (agencyOf(agency) === undefined) throw noAgency(agency);
}

/** As the exchange that runs tells them; undefined where none does. */
export async function agenciesOfNow(cli: Cli, url: URL): Promise<readonly Agency[] | undefined> {
  const answer = await askRunning(cli, new URL('/v1/agencies', url));
  return (answer as { readonly items: readonly Agency[] } | undefined)?.items;
}

/** Names those of the same participant, or where the list is. */
export function noAgency(id: string): CliError {
  const prefix = id.toLowerCase().split('-')[0] ?? '';
  const near = agencies.filter((each) => each.id.startsWith(`${prefix}-`)).map((each) => each.id);
  return new CliError(
    'usage',
    t(
      `there is no agency ${JSON.stringify(id)}; ${near.length > 0 ? `there is ${near.join(', ')}` : 'puebla token --list shows all'}`,
      `no hay una institución ${JSON.stringify(id)}; ${near.length > 0 ? `hay ${near.join(', ')}` : 'puebla token --list las muestra todas'}`,
    ),
  );
}

/** Who calls: an agency by --as, else the token given, else nobody. */
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
    t(
      'say who asks: --as AGENCY (puebla token --list shows them), or a token in PUEBLA_TOKEN',
      'diga quién pide: --as INSTITUCIÓN (puebla token --list las muestra), o un token en PUEBLA_TOKEN',
    ),
  );
}
