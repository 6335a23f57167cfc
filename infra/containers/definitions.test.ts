import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atPort, serverDefinitions } from './definitions.ts';

const properties = '/etc/puebla/kafka/server.properties';
const { kafka, registry, postgres } = serverDefinitions();

test('the three servers are as docker-compose.yml has them', () => {
  expect(kafka).toMatchObject({ imageVariable: 'KAFKA_IMAGE', user: 'appuser', memoryBytes: 1024 ** 3 });
  expect(kafka.entrypoint).toEqual(['sh', '/etc/puebla/kafka/start.sh']);
  expect(registry).toMatchObject({ imageVariable: 'REGISTRY_IMAGE', memoryBytes: 768 * 1024 ** 2 });
  expect(registry.environment).toMatchObject({ APICURIO_STORAGE_KIND: 'sql' });
  expect(postgres).toMatchObject({ imageVariable: 'POSTGRES_IMAGE', user: 'postgres' });
  expect(postgres.command).toEqual(['postgres', '-c', 'wal_recycle=off']);
  expect(postgres.files['/docker-entrypoint-initdb.d/registry.sql']).toContain('CREATE DATABASE registry');
  for (const { healthy } of [kafka, registry, postgres]) expect(healthy[0]).toBe('CMD');
});

test("Kafka's settings are those of the composed one, but for the port at which the tests reach it", () => {
  const lines = atPort(kafka.files, 21_234)[properties]?.split('\n') ?? [];
  const composed = readFileSync(join(import.meta.dirname, 'kafka/server.properties'), 'utf8').split('\n');
  expect(lines).toContain('auto.create.topics.enable=false');
  expect(lines.filter((line) => !composed.includes(line))).toEqual([
    'advertised.listeners=PLAINTEXT://127.0.0.1:21234',
  ]);
  expect(lines).toHaveLength(composed.length);
});
