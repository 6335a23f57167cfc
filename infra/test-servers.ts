/** Which servers the tests run on: containers where a Docker engine and the images are there, the embedded ones otherwise. */
import type { Config } from '../services/kit/config.ts';
import { type Found, findImages } from './containers/images.ts';
import type { Progress } from './embedded/progress.ts';
import { type Stack, startStack } from './embedded/stack.ts';

/** Forces one: `containers` or `embedded`. */
const choiceVariable = 'PUEBLA_TEST_SERVERS';

type Environment = Readonly<Record<string, string | undefined>>;

type Choice =
  | { readonly kind: 'embedded'; readonly why: string }
  | ({ readonly kind: 'containers' } & HasImages);
type HasImages = Extract<Found, { images: unknown }>;

/** Throws Error when containers are asked for and cannot be had, or something else is asked for. */
export async function chooseServers(env: Environment): Promise<Choice> {
  const asked = env[choiceVariable] || 'any';
  if (asked === 'embedded') return { kind: 'embedded', why: `${choiceVariable} says so` };
  if (asked !== 'containers' && asked !== 'any') {
    throw new Error(`${choiceVariable} is ${JSON.stringify(asked)}: containers or embedded`);
  }
  const found = await findImages(env);
  if ('images' in found) return { kind: 'containers', ...found };
  if (asked === 'containers') throw new Error(`${choiceVariable} is containers, but ${found.missing}`);
  return { kind: 'embedded', why: found.missing };
}

export async function startTestServers(config: Config, env: Environment, progress: Progress): Promise<Stack> {
  const choice = await chooseServers(env);
  if (choice.kind === 'embedded') {
    progress.say(`Tests run on embedded servers: ${choice.why}`);
    return startStack(config, { progress });
  }
  progress.say(`Tests run on containers: the images of ${choice.list}`);
  const { startContainers } = await import('./containers/stack.ts');
  return startContainers(config.home, choice.images, progress);
}
