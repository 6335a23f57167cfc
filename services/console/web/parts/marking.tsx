import { code } from '../core/language.ts';

/** The marking (TLP 2.0) by its word, and in its colour. */
export function Marking({ tlp }: { readonly tlp: string }) {
  return <span class={`mark tlp-${tlp.toLowerCase()}`}>{code('Tlp', tlp)}</span>;
}
