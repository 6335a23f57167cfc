import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigError, readConfig, settings, unknownSettings } from './config.ts';
import { describeConfig } from './describe-config.ts';
import { serviceNames } from './service-names.ts';

test('with nothing set, everything is embedded and at its default', () => {
  const config = readConfig({});
  expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, logLevel: 'info' });
  expect(config.home).toMatch(/\/\.puebla$/);
  expect(config.cache).toMatch(/\/\.cache\/puebla$/);
  expect(config).not.toHaveProperty('kafkaBrokers');
  expect(config).not.toHaveProperty('databaseUrl');
});

test('a name that is nearly a setting is told, and what others go by is not', () => {
  const env = { PUEBLA_PORT: '1', PUEBLA_PROT: '2', PUEBLA_TOKEN: '3', PUEBLA_TEST_KAFKA: '4', HOME: '5' };
  expect(unknownSettings(env)).toEqual(['PUEBLA_PROT']);
});

test('services elsewhere and the token of operators', () => {
  const folder = mkdtempSync(join(tmpdir(), 'puebla-config-'));
  try {
    const file = join(folder, 'token');
    writeFileSync(file, 'a-token-of-operators\n');
    const config = readConfig({
      SERVICE_URLS: 'gateway=http://gateway:8080, feeds=http://feeds:8080/',
      OPERATOR_TOKEN_FILE: file,
    });
    expect(config.serviceUrls).toEqual({ gateway: 'http://gateway:8080', feeds: 'http://feeds:8080' });
    expect(config.operatorToken).toBe('a-token-of-operators');
    expect(readConfig({}).serviceUrls).toEqual({});
    for (const wrong of ['gateway', 'nobody=http://nobody:8080', 'gateway=ftp://gateway'])
      expect(() => readConfig({ SERVICE_URLS: wrong })).toThrow('SERVICE_URLS');
    writeFileSync(file, 'short');
    for (const wrong of [file, join(folder, 'none')])
      expect(() => readConfig({ OPERATOR_TOKEN_FILE: wrong })).toThrow('OPERATOR_TOKEN_FILE');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an empty variable counts as not set', () => {
  expect(readConfig({ PUEBLA_PORT: '', KAFKA_BROKERS: '' })).toEqual(readConfig({}));
});

test('addresses of servers that are not to be embedded', () => {
  const config = readConfig({
    KAFKA_BROKERS: 'one:9092, two:9092,[::1]:9092',
    REGISTRY_URL: 'https://registry.example/apis/ccompat/v7/',
    DATABASE_URL: 'postgresql://puebla:secret@db.example/puebla',
    LIBRARY_URL: 'http://library:8080/',
  });
  expect(config.libraryUrl).toBe('http://library:8080');
  expect(config.kafkaBrokers).toEqual(['one:9092', 'two:9092', '[::1]:9092']);
  expect(config.registryUrl).toBe('https://registry.example/apis/ccompat/v7');
});

test('an issuer elsewhere is kept as it spells itself, and ours is where clients reach it', () => {
  const config = readConfig({
    OIDC_ISSUER: 'https://login.example/',
    OIDC_AUDIENCE: 'https://exchange.example',
    PUEBLA_URL: 'https://exchange.example/',
  });
  expect(config).toMatchObject({
    oidcIssuer: 'https://login.example/',
    oidcAudience: 'https://exchange.example',
    publicUrl: 'https://exchange.example',
  });
});

test('the cache follows XDG_CACHE_HOME unless it is set itself', () => {
  expect(readConfig({ XDG_CACHE_HOME: '/c' }).cache).toBe('/c/puebla');
  expect(readConfig({ XDG_CACHE_HOME: '/c', PUEBLA_CACHE: '/d' }).cache).toBe('/d');
});

test('a process is the services that are named, each once, or else all', () => {
  expect(readConfig({}).services).toEqual(serviceNames);
  expect(readConfig({ PUEBLA_SERVICES: 'library, gateway,library' }).services).toEqual([
    'library',
    'gateway',
  ]);
});

test("the database's address may come from a file, and from one place alone", () => {
  const folder = mkdtempSync(join(tmpdir(), 'puebla-config-'));
  const DATABASE_URL_FILE = join(folder, 'database-url');
  try {
    writeFileSync(DATABASE_URL_FILE, 'postgresql://puebla:secret@db.example/puebla\n');
    expect(readConfig({ DATABASE_URL_FILE }).databaseUrl).toBe(
      'postgresql://puebla:secret@db.example/puebla',
    );
    const both = errorOf({ DATABASE_URL_FILE, DATABASE_URL: 'postgresql://db.example/other' });
    expect(both.problems.map((p) => p.name)).toEqual(['DATABASE_URL_FILE']);
    writeFileSync(DATABASE_URL_FILE, 'mysql://puebla:secret@db.example/puebla\n');
    expect(errorOf({ DATABASE_URL_FILE }).message).not.toContain('secret');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const wrong = [
  ['PUEBLA_PORT', '0'],
  ['PUEBLA_PORT', '65536'],
  ['PUEBLA_PORT', '80a'],
  ['PUEBLA_HOST', 'two words'],
  ['PUEBLA_URL', 'exchange.example'],
  ['PUEBLA_URL', 'https://exchange.example/puebla'],
  ['PUEBLA_URL', 'https://user@exchange.example'],
  ['OIDC_ISSUER', 'login.example'],
  ['OIDC_ISSUER', 'https://login.example/?realm=rcm'],
  ['OIDC_AUDIENCE', 'two words'],
  ['KAFKA_BROKERS', 'broker'],
  ['KAFKA_BROKERS', 'broker:9092,,'],
  ['KAFKA_BROKERS', 'broker:99999'],
  ['REGISTRY_URL', 'registry:8080'],
  ['DATABASE_URL', 'mysql://db/puebla'],
  ['LOG_LEVEL', 'loud'],
  ['ERASE_WITHIN_SECONDS', '7'],
  ['ERASE_WITHIN_SECONDS', '2592001'],
  ['ERASE_WITHIN_SECONDS', '60s'],
  ['PUEBLA_SERVICES', 'gateway,kitchen'],
  ['PUEBLA_SERVICES', 'gateway,'],
  ['DATABASE_URL_FILE', '/nowhere/database-url'],
] as const;

test.each(wrong)('%s=%s is refused, named, with what is expected, in one line', (name, value) => {
  const error = errorOf({ [name]: value });
  expect(error.problems.map((p) => p.name)).toEqual([name]);
  expect(error.message).toContain(`${name} is `);
  expect(error.message).toContain(`expected ${settings.find((s) => s.name === name)?.expects}`);
  expect(error.message).not.toContain('\n');
});

test('all that is wrong is said at once', () => {
  const error = errorOf({ PUEBLA_PORT: 'x', LOG_LEVEL: 'y', PUEBLA_HOST: 'z' });
  expect(error.problems.map((p) => p.name)).toEqual(['PUEBLA_PORT', 'LOG_LEVEL']);
});

test('a secret is shown neither when it is wrong nor when it is right', () => {
  expect(errorOf({ DATABASE_URL: 'mysql://u:hunter2@db/p' }).message).not.toContain('hunter2');
  const config = readConfig({
    DATABASE_URL: 'postgresql://u:hunter2@db/p?password=hunter2',
    REGISTRY_URL: 'http://u:hunter2@registry/v7',
  });
  const lines = describeConfig(config).join('\n');
  expect(lines).not.toContain('hunter2');
  expect(lines).toContain('db/p');
});

test('any environment gives a configuration or a ConfigError', () => {
  const names = settings.map((s) => s.name);
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (env) => {
      try {
        readConfig(env);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
  );
});

function errorOf(env: Record<string, string>): ConfigError {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
