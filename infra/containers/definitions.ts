/** What docker-compose.yml says of the three servers, for whoever starts them in another way. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { ServerName } from '../embedded/stack.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Definition {
  /** Names the variable with the image, as in `.env`. */
  readonly imageVariable: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined: the image's own. */
  readonly entrypoint: readonly string[] | undefined;
  /** Undefined: the image's own. */
  readonly command: readonly string[] | undefined;
  /** Text by its path in the container. */
  readonly files: Readonly<Record<string, string>>;
  readonly healthy: ['CMD', ...string[]];
  readonly memoryBytes: number;
}

/** Which port of each the tests reach. */
export const innerPorts: Readonly<Record<ServerName, number>> = {
  kafka: 9_092,
  registry: 8_080,
  postgres: 5_432,
};

interface Service {
  readonly image: string;
  readonly user: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly configs: readonly { readonly source: string; readonly target: string }[];
  readonly healthcheck: { readonly test: ['CMD', ...string[]] };
  readonly mem_limit: string;
}

interface ComposeFile {
  readonly services: Readonly<Record<ServerName, Service>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
}

export function serverDefinitions(): Readonly<Record<ServerName, Definition>> {
  const compose: ComposeFile = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
  const definitionOf = (name: ServerName): Definition => {
    const service = compose.services[name];
    return {
      imageVariable: service.image.replace(/^\$\{(.+)\}$/, '$1'),
      user: service.user,
      environment: service.environment ?? {},
      entrypoint: service.entrypoint,
      command: service.command,
      files: Object.fromEntries(
        service.configs.map(({ source, target }) => {
          const file = compose.configs[source]?.file ?? '';
          return [target, readFileSync(join(root, file), 'utf8')];
        }),
      ),
      healthy: service.healthcheck.test,
      memoryBytes: bytesOf(service.mem_limit),
    };
  };
  return {
    kafka: definitionOf('kafka'),
    registry: definitionOf('registry'),
    postgres: definitionOf('postgres'),
  };
}

function bytesOf(limit: string): number {
  return Number.parseInt(limit, 10) * (limit.endsWith('g') ? 1024 ** 3 : 1024 ** 2);
}

/** The tests reach the broker at a port of this machine. */
export function atPort(files: Readonly<Record<string, string>>, port: number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([target, text]) => [
      target,
      text.replace(/^advertised\.listeners=.*$/m, `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`),
    ]),
  );
}
