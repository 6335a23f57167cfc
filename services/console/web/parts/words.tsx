import { inLanguage } from '../core/language.ts';

type Information = { readonly language: string };

/** One text of several in different languages: the reader's, else one that is there, marked with the language that it is in. */
export function Words<Text extends Information>({
  of,
  at,
  otherwise = '',
}: {
  readonly of: readonly Text[];
  readonly at: keyof Text & string;
  readonly otherwise?: string;
}) {
  const said = inLanguage(of.filter((text) => typeof text[at] === 'string'));
  if (said === undefined) return <bdi>{otherwise}</bdi>;
  return <bdi lang={said.language}>{String(said[at])}</bdi>;
}
