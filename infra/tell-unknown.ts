import { unknownSettings } from '../services/kit/config.ts';
import type { Progress } from './embedded/progress.ts';

/** A setting that is misspelt would be missed only when it matters. */
export function tellUnknown(env: NodeJS.ProcessEnv, { say }: Progress): void {
  for (const name of unknownSettings(env))
    say(`${name} is none of the settings (README.md): it changes nothing`);
}
