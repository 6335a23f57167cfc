/**
 * Every environment variable that the exchange reads, in one list: read once, at start, and handed down as plain
 * values. Nothing else in the repository looks at `process.env`.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { usualMostRows } from '@puebla/schemas';
import { z } from 'zod';
import { type ServiceName, serviceNames } from './service-names.ts';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The broker seldom has to write a lane anew for it. */
export const usualEraseWithinSeconds = 3_600;

/** The client of people at the embedded issuer: the console and the command line. */
export const demoClientId = 'puebla';

/** What a setting says about itself; `README.md` and `npx puebla doctor` print these. */
export interface Setting {
  readonly name: string;
  readonly purpose: string;
  readonly expects: string;
  /** What holds when the variable is not set, in words. */
  readonly whenUnset: string;
  /** A secret is never printed, neither as a value nor in an error. */
  readonly secret: boolean;
}

export interface Config {
  /** Absolute folder of this copy's data, logs and notes. */
  readonly home: string;
  /** Absolute folder of what is downloaded once for all copies. */
  readonly cache: string;
  readonly host: string;
  readonly port: number;
  /** Where clients reach the exchange, without a slash at its end; absent: at its host and port. */
  readonly publicUrl?: string;
  /** Whose tokens are taken, spelled as the issuer spells itself; absent: the issuer is embedded. */
  readonly oidcIssuer?: string;
  /** What tokens of that issuer name the exchange; absent: as the embedded issuer's do. */
  readonly oidcAudience?: string;
  /** Which services this process is to be, each once. */
  readonly services: readonly ServiceName[];
  /** `host:port` each; absent: Kafka is embedded. */
  readonly kafkaBrokers?: readonly string[];
  /** Base of the Confluent-compatible API, without a slash at its end; absent: the registry is embedded. */
  readonly registryUrl?: string;
  /** Where the library answers, when it is not in this process. */
  readonly libraryUrl?: string;
  /** Where the routes of the exchange answer the console, when they are not in this process. */
  readonly exchangeUrl?: string;
  /** What the issuer calls the console. */
  readonly oidcClientId: string;
  /** Where the other services answer, by name, for the monitor. */
  readonly serviceUrls: Readonly<Partial<Record<ServiceName, string>>>;
  /** What operators on other machines show; absent: there are none. */
  readonly operatorToken?: string;
  /** Absent: PostgreSQL is embedded. */
  readonly databaseUrl?: string;
  readonly logLevel: (typeof logLevels)[number];
  /** How long the recipients of an event that was taken back have to say what they did, hours. */
  readonly recallAnswerHours: number;
  /** A recalled body has left the log's files after so many seconds. */
  readonly eraseWithinSeconds: number;
  /** Rows of one participant in one collection of the directory, those that have ended among them. */
  readonly directoryRows: number;
  /** The folder of a JDK or JRE that is to be preferred; absent: one is looked for. */
  readonly javaHome?: string;
  /** The folders in which programs (java, mvn, pip) are looked for. */
  readonly searchPath: readonly string[];
}

/** An environment variable holds what it may not hold. The message is one line that names it and says what would do. */
export class ConfigError extends Error {
  readonly code = 'config/invalid';
  readonly problems: readonly { name: string; given: string; expects: string }[];
  constructor(problems: readonly { name: string; given: string; expects: string }[]) {
    super(problems.map((p) => `${p.name} is ${p.given}, expected ${p.expects}`).join('; '));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const checkout = resolve(import.meta.dirname, '../..');
const hostAndPort = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})$/;

const folder = z.string().transform((given) => resolve(given));
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,7}$/)
    .transform(Number)
    .refine((n) => n >= least && n <= most);
const port = wholeNumber(1, 65_535);
/** Of an eighth of it the broker's times are made (exchange-topics.ts); a month is as long as backups are kept. */
const eraseWithin = wholeNumber(8, 2_592_000);
const brokers = z
  .string()
  .transform((given) => given.split(',').map((broker) => broker.trim()))
  .refine((list) => list.every((broker) => isPort(hostAndPort.exec(broker)?.[1])));

const services = z
  .string()
  .transform((given) => [...new Set(given.split(',').map((name) => name.trim()))])
  .pipe(z.array(z.enum(serviceNames)));

/** `name=address`, with commas between. */
const serviceUrls = z
  .string()
  .transform((given) => Object.fromEntries(given.split(',').map((one) => one.trim().split('=', 2))))
  .pipe(z.partialRecord(z.enum(serviceNames), address(['http:', 'https:'])));

function isPort(digits: string | undefined): boolean {
  return digits !== undefined && Number(digits) >= 1 && Number(digits) <= 65_535;
}

function address(protocols: readonly string[]) {
  return z
    .string()
    .refine((given) => URL.canParse(given) && protocols.includes(new URL(given).protocol))
    .transform((given) => given.replace(/\/+$/, ''));
}

const origin = address(['http:', 'https:']).refine((given) => new URL(given).origin === given);

/** Compared letter by letter with what tokens say (OpenID Connect Core, 2): nothing of it is changed, a slash at its end neither. */
const issuer = z.string().refine((given) => {
  if (!URL.canParse(given)) return false;
  const { protocol, search, hash, username } = new URL(given);
  return ['http:', 'https:'].includes(protocol) && search === '' && hash === '' && username === '';
});

/** One entry a variable: how it is read, and what is said about it. */
const environment = z.object({
  PUEBLA_HOME: folder.optional().meta({
    purpose: 'data, logs and notes of this copy; two copies on one machine have two',
    expects: 'a folder that can be written',
    whenUnset: '.puebla in the checkout',
  }),
  PUEBLA_CACHE: folder.optional().meta({
    purpose: 'what is downloaded once for all copies: Kafka, the registry, their class-data archives',
    expects: 'a folder that can be written',
    whenUnset: '~/.cache/puebla',
  }),
  PUEBLA_HOST: z
    .string()
    .regex(/^[A-Za-z0-9._:-]+$/)
    .default('127.0.0.1')
    .meta({
      purpose: 'address at which the exchange listens',
      expects: 'a host name or an IP address of this machine',
      whenUnset: '127.0.0.1',
    }),
  PUEBLA_PORT: port.default(8080).meta({
    purpose: 'port at which the exchange listens',
    expects: 'a number from 1 to 65535',
    whenUnset: '8080',
  }),
  PUEBLA_URL: origin.optional().meta({
    purpose:
      'address at which clients reach the exchange, where a proxy stands before it; the embedded issuer goes by it',
    expects: 'an http or https address without a path, such as https://exchange.example',
    whenUnset: 'PUEBLA_HOST and PUEBLA_PORT',
  }),
  OIDC_ISSUER: issuer.optional().meta({
    purpose: 'OpenID Connect issuer to use instead of the embedded one, spelled as it spells itself',
    expects: 'an https address such as https://login.example/realms/rcm (http on networks of your own)',
    whenUnset: 'the issuer is embedded',
  }),
  OIDC_AUDIENCE: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .meta({
      purpose: 'what tokens of OIDC_ISSUER name the exchange in aud',
      expects: 'a text without spaces such as https://exchange.example',
      whenUnset: 'urn:puebla:exchange',
    }),
  OIDC_CLIENT_ID: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .default(demoClientId)
    .meta({
      purpose:
        'what OIDC_ISSUER calls the console, a client without a secret that may use PUEBLA_URL/callback',
      expects: 'a text without spaces',
      whenUnset: demoClientId,
    }),
  PUEBLA_SERVICES: services.default([...serviceNames]).meta({
    purpose: 'services that run in this process',
    expects: `some of ${serviceNames.join(', ')}, with commas between`,
    whenUnset: 'all of them',
  }),
  KAFKA_BROKERS: brokers.optional().meta({
    purpose: 'brokers to use instead of an embedded Kafka',
    expects: 'host:port, several with commas between',
    whenUnset: 'Kafka is embedded',
  }),
  REGISTRY_URL: address(['http:', 'https:']).optional().meta({
    purpose: "base of a registry's Confluent-compatible API to use instead of an embedded one",
    expects: 'an http or https address such as http://registry:8080/apis/ccompat/v7',
    whenUnset: 'the registry is embedded',
    secret: true,
  }),
  LIBRARY_URL: address(['http:', 'https:']).optional().meta({
    purpose: 'where a gateway in a process of its own finds the library',
    expects: 'an http or https address such as http://library:8080',
    whenUnset: 'this exchange itself',
  }),
  EXCHANGE_URL: address(['http:', 'https:']).optional().meta({
    purpose: 'where a console in a process of its own finds the other services',
    expects: 'an http or https address such as http://proxy:8080',
    whenUnset: 'this exchange itself',
  }),
  SERVICE_URLS: serviceUrls.default({}).meta({
    purpose: 'where a monitor in a process of its own finds the other services',
    expects: 'name=address, several with commas between, such as gateway=http://gateway:8080',
    whenUnset: 'this exchange itself',
  }),
  OPERATOR_TOKEN_FILE: folder.optional().meta({
    purpose:
      'file with the token by which the monitor, Prometheus and operators on other machines read figures and health',
    expects: 'a file that can be read, with one line of 16 characters or more',
    whenUnset: 'figures and health are for this machine alone',
  }),
  DATABASE_URL: address(['postgres:', 'postgresql:']).optional().meta({
    purpose: 'PostgreSQL database to use instead of an embedded one',
    expects: 'postgresql://user:password@host:port/database',
    whenUnset: 'PostgreSQL is embedded',
    secret: true,
  }),
  DATABASE_URL_FILE: folder.optional().meta({
    purpose: 'file that holds DATABASE_URL, such as a secret of a container',
    expects: 'a file that can be read; not beside DATABASE_URL itself',
    whenUnset: 'DATABASE_URL is taken as it is',
  }),
  RECALL_ANSWER_HOURS: wholeNumber(1, 9_999).default(72).meta({
    purpose: 'how long the recipients of an event that was taken back have to say what they did with it',
    expects: 'a number of hours, from 1 to 9999',
    whenUnset: '72',
  }),
  LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .meta({ purpose: 'least weight of what is logged', expects: logLevels.join(', '), whenUnset: 'info' }),
  ERASE_WITHIN_SECONDS: eraseWithin.default(usualEraseWithinSeconds).meta({
    purpose:
      'seconds until a recalled body has left the files of Kafka, 15 of its cleaner apart; the same for all services of an exchange',
    expects: 'a whole number from 8 to 2592000',
    whenUnset: String(usualEraseWithinSeconds),
  }),
  DIRECTORY_ROWS: wholeNumber(1, 1_000_000)
    .default(usualMostRows)
    .meta({
      purpose:
        'most rows of one participant in one collection of the directory, those that have ended among them',
      expects: 'a whole number from 1 to 1000000',
      whenUnset: String(usualMostRows),
    }),
  JAVA_HOME: folder.optional().meta({
    purpose: 'JDK or JRE for the embedded servers, when it is 21 or newer',
    expects: 'the folder above bin/java',
    whenUnset: 'PATH, then the JDKs of the system, then one of its own',
  }),
  XDG_CACHE_HOME: folder.optional().meta({
    purpose: 'where the default of PUEBLA_CACHE is',
    expects: 'a folder',
    whenUnset: '~/.cache',
  }),
  PATH: z
    .string()
    .default('')
    .transform((given) => given.split(':').filter((part) => part !== ''))
    .meta({ purpose: 'where java, mvn and pip are looked for', expects: 'folders', whenUnset: 'none' }),
});

/** The list of settings as data, in the order in which they are documented. */
export const settings: readonly Setting[] = Object.entries(environment.shape).map(([name, schema]) => {
  const said = schema.meta() ?? {};
  return {
    name,
    purpose: String(said['purpose']),
    expects: String(said['expects']),
    whenUnset: String(said['whenUnset']),
    secret: said['secret'] === true,
  };
});

/**
 * The configuration that an environment asks for; an empty variable counts as one that is not set.
 * @throws ConfigError naming every variable that is wrong, what was given (unless secret) and what is expected.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  const given = withDatabaseUrl(Object.fromEntries(set));
  const read = environment.safeParse(given);
  if (!read.success) throw new ConfigError(problemsOf(read.error, given));
  const v = read.data;
  return {
    home: v.PUEBLA_HOME ?? resolve(checkout, '.puebla'),
    cache: v.PUEBLA_CACHE ?? resolve(v.XDG_CACHE_HOME ?? resolve(homedir(), '.cache'), 'puebla'),
    host: v.PUEBLA_HOST,
    port: v.PUEBLA_PORT,
    services: v.PUEBLA_SERVICES,
    logLevel: v.LOG_LEVEL,
    recallAnswerHours: v.RECALL_ANSWER_HOURS,
    eraseWithinSeconds: v.ERASE_WITHIN_SECONDS,
    directoryRows: v.DIRECTORY_ROWS,
    searchPath: v.PATH,
    serviceUrls: v.SERVICE_URLS,
    ...(v.OPERATOR_TOKEN_FILE && { operatorToken: operatorTokenIn(v.OPERATOR_TOKEN_FILE) }),
    ...(v.PUEBLA_URL && { publicUrl: v.PUEBLA_URL }),
    ...(v.OIDC_ISSUER && { oidcIssuer: v.OIDC_ISSUER }),
    ...(v.OIDC_AUDIENCE && { oidcAudience: v.OIDC_AUDIENCE }),
    ...(v.KAFKA_BROKERS && { kafkaBrokers: v.KAFKA_BROKERS }),
    ...(v.REGISTRY_URL && { registryUrl: v.REGISTRY_URL }),
    ...(v.LIBRARY_URL && { libraryUrl: v.LIBRARY_URL }),
    ...(v.EXCHANGE_URL && { exchangeUrl: v.EXCHANGE_URL }),
    oidcClientId: v.OIDC_CLIENT_ID,
    ...(v.DATABASE_URL && { databaseUrl: v.DATABASE_URL }),
    ...(v.JAVA_HOME && { javaHome: v.JAVA_HOME }),
  };
}

/** What the command line and the tests are told by, who read it themselves. */
const ofOthers = /^PUEBLA_(TOKEN|TEST_.+)$/;

/** Variables that look as if they were settings, and are none: nothing is changed by them. */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.keys(env).filter(
    (name) => name.startsWith('PUEBLA_') && !(name in environment.shape) && !ofOthers.test(name),
  );
}

type Given = Readonly<Record<string, string | undefined>>;

function withDatabaseUrl(given: Given): Given {
  const { DATABASE_URL_FILE: file, DATABASE_URL: direct } = given;
  if (file === undefined) return given;
  if (direct !== undefined) throw refusedFile('DATABASE_URL_FILE', file);
  return { ...given, DATABASE_URL: lineIn('DATABASE_URL_FILE', file) };
}

function operatorTokenIn(file: string): string {
  const token = lineIn('OPERATOR_TOKEN_FILE', file);
  if (!/^[\x21-\x7e]{16,}$/.test(token)) throw refusedFile('OPERATOR_TOKEN_FILE', file);
  return token;
}

type FileSetting = 'DATABASE_URL_FILE' | 'OPERATOR_TOKEN_FILE';

function lineIn(name: FileSetting, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw refusedFile(name, file);
  }
}

function refusedFile(name: FileSetting, file: string): ConfigError {
  const { expects } = environment.shape[name].meta() ?? {};
  return new ConfigError([{ name, given: JSON.stringify(file), expects: String(expects) }]);
}

function problemsOf(error: z.ZodError, given: Given) {
  const names = [...new Set(error.issues.map((issue) => String(issue.path[0])))];
  return names.map((name) => {
    const setting = settings.find((s) => s.name === name);
    const shown = setting?.secret ? 'not valid (its value is not shown)' : JSON.stringify(given[name]);
    return { name, given: shown, expects: setting?.expects ?? 'another value' };
  });
}
