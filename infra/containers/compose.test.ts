import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { serviceNames } from '../../services/kit/service-names.ts';
import { serverProperties } from '../embedded/kafka.ts';
import { kafkaVersion, registryVersion } from '../embedded/versions.ts';
import nodeFlags from '../node-flags.json' with { type: 'json' };
import { readSettings } from '../observability/expressions.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Container {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly mem_limit?: string;
  readonly cap_drop?: readonly string[];
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Container>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const compose: ComposeFile = parse(read('docker-compose.yml'), { merge: true });
const containers = Object.entries(compose.services);

/** The lines `NAME=value` of a file. */
function pairsOf(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => /^[A-Za-z]/.test(line));
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  );
}

describe.each(containers)('%s', (name, container) => {
  test('is guarded: no root, nothing to write to, no capabilities, a limit of memory', () => {
    expect(container.user).toMatch(/^(?!root$|0+(:|$))./);
    expect(container.read_only).toBe(true);
    expect(container.cap_drop).toEqual(['ALL']);
    expect(container.mem_limit).toMatch(/^[0-9]+[mg]$/);
  });

  test('says whether it is healthy, unless it ends by itself', () => {
    if (container.restart === 'no') {
      expect(waitersFor(name)).toContain('service_completed_successfully');
    } else {
      expect(container.healthcheck?.test?.[0]).toBe('CMD');
      expect(container.healthcheck?.disable ?? false).toBe(false);
    }
  });

  test('is started when what it needs is ready', () => {
    for (const [needed, { condition }] of Object.entries(container.depends_on ?? {})) {
      expect(compose.services).toHaveProperty(needed);
      expect(condition).not.toBe('service_started');
    }
  });

  test('has no secret in its environment', () => {
    for (const [variable, value] of Object.entries(container.environment ?? {})) {
      if (/PASSWORD|SECRET|TOKEN|DATABASE_URL/.test(variable)) expect(variable).toMatch(/_FILE$/);
      expect(String(value)).not.toMatch(/:\/\/[^/]*@/);
    }
  });

  test('mounts volumes that are kept', () => {
    for (const mount of container.volumes ?? []) {
      expect(compose.volumes).toHaveProperty(mount.split(':')[0] ?? '');
    }
  });
});

function waitersFor(name: string): string[] {
  return containers.flatMap(([, { depends_on }]) => depends_on?.[name]?.condition ?? []);
}

test('every service of the exchange is a container of its own, and they share their keys', () => {
  for (const name of serviceNames) {
    const container = compose.services[name];
    expect(container?.environment?.['PUEBLA_SERVICES']).toBe(name);
    expect(container?.volumes).toContain('keys:/var/lib/puebla/keys');
  }
});

test('the proxy and Grafana alone have a port, on this machine alone, and do not reach the servers', () => {
  const open = containers.filter(([, { ports }]) => ports !== undefined);
  expect(open.map(([name, { networks }]) => [name, networks])).toEqual([
    ['proxy', ['front']],
    ['grafana', ['front', 'watch']],
  ]);
  for (const [, { ports }] of open) expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
});

test('the monitor and Prometheus ask every service, with the token that all share, and nothing else starts with them', () => {
  const urls = compose.services['monitor']?.environment?.['SERVICE_URLS'];
  const others = serviceNames.filter((name) => name !== 'monitor').sort();
  expect(urls?.split(',').sort()).toEqual(others.map((name) => `${name}=http://${name}:8080`));
  const [job] = readSettings().scrape_configs;
  expect(job?.static_configs[0]?.targets).toEqual(serviceNames.map((name) => `${name}:8080`));
  const token = '/run/operators/token';
  expect(job?.authorization).toEqual({ credentials_file: token });
  for (const name of serviceNames)
    expect(compose.services[name]?.environment?.['OPERATOR_TOKEN_FILE']).toBe(token);
  for (const name of [...serviceNames, 'prometheus'])
    expect(compose.services[name]?.volumes).toContain('operators:/run/operators:ro');
  const chosen = containers.flatMap(([name, { profiles = [] }]) =>
    profiles.map((profile) => [name, profile]),
  );
  expect(chosen).toEqual(['prometheus', 'grafana'].map((name) => [name, 'observability']));
});

test('the files that are mounted are there', () => {
  for (const { file } of Object.values(compose.configs)) expect(existsSync(join(root, file))).toBe(true);
});

test('every image has a name in both lists, of the versions that are embedded', () => {
  const used = [...read('docker-compose.yml').matchAll(/\$\{([A-Z]+_IMAGE)\}/g)].map(([, name]) => name);
  for (const file of ['.env', 'infra/containers/local-images.env']) {
    const images = pairsOf(read(file));
    expect([...images.keys()]).toEqual(expect.arrayContaining(used));
    expect(images.get('KAFKA_IMAGE')).toMatch(new RegExp(`:${kafkaVersion}$`));
    expect(images.get('REGISTRY_IMAGE')).toMatch(new RegExp(`:${registryVersion}$`));
  }
});

test("the image runs Node with the exchange's own flags", () => {
  const entry = /^ENTRYPOINT (.*)$/m.exec(read('infra/containers/Dockerfile'))?.[1] ?? '[]';
  expect(JSON.parse(entry)).toEqual(['node', ...nodeFlags, 'infra/serve.ts']);
});

test('Kafka is configured as the embedded one, but for where it is', () => {
  const places = new Set(['controller.quorum.voters', 'listeners', 'advertised.listeners', 'log.dirs']);
  const embedded = pairsOf(serverProperties('/data', { kafka: 1, kafkaController: 2 }));
  const contained = pairsOf(read('infra/containers/kafka/server.properties'));
  for (const [name, value] of contained) {
    if (!places.has(name)) expect([name, value]).toEqual([name, embedded.get(name)]);
  }
  const promises = [
    'log.retention.ms',
    'log.retention.bytes',
    'log.message.timestamp.type',
    'message.max.bytes',
  ];
  expect([...contained.keys()]).toEqual(expect.arrayContaining([...promises, 'auto.create.topics.enable']));
});
