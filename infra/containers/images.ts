/** Whether the images of the servers are on this machine: a Docker engine is asked, nothing is fetched. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import type { ServerName } from '../embedded/stack.ts';
import { serverDefinitions } from './definitions.ts';

type Environment = Readonly<Record<string, string | undefined>>;
export type Images = Readonly<Record<ServerName, string>>;

const root = resolve(import.meta.dirname, '../..');
/** The published images, and those that build-local-images.sh makes. */
const lists = ['.env', 'infra/containers/local-images.env'];
const boundMs = 2_000;

/** What was found: the images of one list, all of them there; or why containers cannot be used. */
export type Found = { readonly images: Images; readonly list: string } | { readonly missing: string };

export async function findImages(env: Environment): Promise<Found> {
  if ((await ask(env, '/_ping')) === undefined) return { missing: 'no Docker engine answers' };
  for (const list of lists) {
    const images = imagesOf(list, env);
    const answers = await Promise.all(
      Object.values(images).map((image) => ask(env, `/images/${encodeURIComponent(image)}/json`)),
    );
    if (answers.every((status) => status === 200)) return { images, list };
  }
  return { missing: `the images of ${lists.join(' or ')} are not on this machine` };
}

/** The image of each server by a list; the environment comes first, as it does for docker compose. */
export function imagesOf(list: string, env: Environment): Images {
  const text = readFileSync(join(root, list), 'utf8');
  const definitions = serverDefinitions();
  const imageOf = (name: ServerName): string => {
    const { imageVariable } = definitions[name];
    return env[imageVariable] ?? new RegExp(`^${imageVariable}=(.+)$`, 'm').exec(text)?.[1] ?? '';
  };
  return { kafka: imageOf('kafka'), registry: imageOf('registry'), postgres: imageOf('postgres') };
}

/** The status with which the engine answers; undefined when none does within the bound. */
function ask(env: Environment, path: string): Promise<number | undefined> {
  const host = new URL(env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock');
  const place =
    host.protocol === 'unix:' ? { socketPath: host.pathname } : { host: host.hostname, port: host.port };
  return new Promise((resolve) => {
    const asked = request({ ...place, path, signal: AbortSignal.timeout(boundMs) }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.once('error', () => resolve(undefined));
    asked.end();
  });
}
