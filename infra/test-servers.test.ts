import { describe, expect, test } from 'vitest';
import { imagesOf } from './containers/images.ts';
import { chooseServers } from './test-servers.ts';

const noEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };

describe('which servers the tests run on', () => {
  test('the embedded ones where no Docker engine answers, and why', async () => {
    expect(await chooseServers(noEngine)).toEqual({ kind: 'embedded', why: 'no Docker engine answers' });
    const closed = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
    expect(await chooseServers(closed)).toEqual({ kind: 'embedded', why: 'no Docker engine answers' });
  });

  test('the embedded ones when they are asked for, whatever there is', async () => {
    expect(await chooseServers({ PUEBLA_TEST_SERVERS: 'embedded' })).toMatchObject({ kind: 'embedded' });
  });

  test('containers that are asked for and cannot be had end the run', async () => {
    const asked = { ...noEngine, PUEBLA_TEST_SERVERS: 'containers' };
    await expect(chooseServers(asked)).rejects.toThrow('no Docker engine answers');
  });

  test('anything else is refused by name', async () => {
    await expect(chooseServers({ PUEBLA_TEST_SERVERS: 'podman' })).rejects.toThrow('"podman"');
  });
});

test('images are those of the list, or of the environment, as for docker compose', () => {
  expect(imagesOf('.env', {})).toMatchObject({ kafka: 'apache/kafka:4.3.1', postgres: 'postgres:18' });
  expect(imagesOf('.env', { KAFKA_IMAGE: 'mirror/kafka:4.3.1' }).kafka).toBe('mirror/kafka:4.3.1');
  expect(imagesOf('infra/containers/local-images.env', {}).registry).toMatch(/^puebla-local\//);
});
