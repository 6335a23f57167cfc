import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type ServiceName } from '@puebla/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFaultProxy } from '../services/kit/kafka/fault-proxy.ts';
import { asFailure } from './embedded/failure.ts';
import { type Exchange, startExchange } from './exchange.ts';
import { testStack } from './test-addresses.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'puebla-chosen-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function startWithoutDatabase(
  services: readonly ServiceName[],
  more: { libraryUrl?: string } = {},
): Promise<Exchange> {
  const { kafka, registryUrl } = testStack();
  const config = { home, host: '127.0.0.1', port: 0, logLevel: 'silent' as const, ...more };
  return startExchange({ config, services, kafka, registryUrl });
}

test('the gateway alone needs no database, and is all that answers', async () => {
  const exchange = await startWithoutDatabase(['gateway'], { libraryUrl: 'http://127.0.0.1:9' });
  try {
    expect(await exchange.untilReady(15_000)).toEqual([]);
    const ready = await (await fetch(`${exchange.url}/readyz`)).text();
    expect(ready).toContain('ok gateway.kafka');
    expect(ready).not.toMatch(/feeds|library|database|directory/);
    expect((await fetch(`${exchange.url}/v1/agencies`)).status).toBe(404);
    const published = await fetch(`${exchange.url}/v1/events`, {
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/cloudevents+json' },
    });
    expect(published.status).toBe(401);
  } finally {
    await exchange.close();
  }
});

test('a gateway that would ask itself for threads is a setting that is missing', async () => {
  await expect(startWithoutDatabase(['gateway'])).rejects.toThrow('LIBRARY_URL');
});

test('the library without a database is a setting that is missing', async () => {
  await expect(startWithoutDatabase(['directory', 'library'])).rejects.toThrow(ConfigError);
});

test.for([
  ['KAFKA_BROKERS', { kafka: '127.0.0.1:9' }, 'Kafka at 127.0.0.1:9 cannot be used'],
  [
    'REGISTRY_URL',
    { registryUrl: 'http://u:secret@127.0.0.1:9' },
    'The schema registry at 127.0.0.1:9 cannot',
  ],
] as const)('a server that is not there is named with its setting, %s', async ([setting, wrong, says]) => {
  const empty = mkdtempSync(join(home, 'empty-'));
  const { kafka, registryUrl } = testStack();
  const config = { home: empty, host: '127.0.0.1', port: 0, logLevel: 'silent' as const };
  const starting = startExchange({ config, services: ['directory'], kafka, registryUrl, ...wrong });
  const failure = asFailure(
    await starting.then(
      ({ close }) => close(),
      (error: unknown) => error,
    ),
    empty,
  );
  expect(failure).toMatchObject({ code: 'server-failed', message: expect.stringContaining(says) });
  expect(failure.message).toContain(setting);
  expect(failure.message).not.toContain('secret');
});

test('a broker that answers nothing for a while is waited for', async () => {
  const { kafka, registryUrl } = testStack();
  const [host = '', port] = kafka.split(':');
  const proxy = await startFaultProxy({ host, port: Number(port) });
  try {
    proxy.silence();
    const config = { home, host: '127.0.0.1', port: 0, logLevel: 'silent' as const };
    const starting = startExchange({
      config,
      services: ['directory'],
      kafka,
      registryUrl,
      via: () => proxy.address,
    });
    // Longer than any one request is waited for.
    setTimeout(() => proxy.heal(), 5_000);
    const exchange = await starting;
    expect((await fetch(`${exchange.url}/v1/agencies`)).status).toBe(200);
    await exchange.close();
  } finally {
    await proxy.close();
  }
}, 120_000);
