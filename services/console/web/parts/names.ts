import { participantOf } from '@puebla/schemas';
import { named } from '../core/language.ts';

/** In the reader's language; the code itself where it is newer than the page. */
export function participantName(code: string): string {
  const name = participantOf(code)?.name;
  return name === undefined ? code : named(name);
}
