import type { Progress } from './embedded/progress.ts';

/** A setting that is misspelt would be missed only when it matters. */
export function tellUnknown(names: readonly string[], { say }: Progress): void {
  for (const name of names) say(`${name} is none of the settings (README.md): it changes nothing`);
}
