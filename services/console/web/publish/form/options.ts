export interface Option {
  readonly code: string;
  /** In the reader's language, with its code. */
  readonly text: string;
}

/** By its whole text, its code, or its name alone. */
export function codeIn(options: readonly Option[], typed: string): string | undefined {
  const asked = folded(typed);
  const isIt = ({ code, text }: Option): boolean =>
    [text, code, text.replace(` (${code})`, '')].some((name) => folded(name) === asked);
  return options.find(isIt)?.code;
}

const folded = (text: string): string => text.trim().toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
