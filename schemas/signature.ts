import type { AgencyId } from './agencies.ts';
import type { Directory } from './directory.ts';
import type { Reader } from './handling.ts';

/** An event that waits for a second signature, as far as it decides who may sign it. */
export interface Unsigned {
  readonly agency: AgencyId;
  /** Who has sent it, in `agency`; undefined for a system. */
  readonly author: string | undefined;
  /** The agency whose releaser signs: its own, or its sponsor. */
  readonly signer: AgencyId;
}

/**
 * Row 3 of canRead (rules.md): what waits for a second signature is read by its agency, and by its sponsor where there is one; of others of
 * the participant by who signs in their place alone.
 */
export function mayReadUnsigned(reader: Reader, unsigned: Unsigned, directory: Directory): boolean {
  if (!reader.signedIn) return false;
  const { agency, signer } = unsigned;
  return reader.agency === agency || reader.agency === signer || maySign(reader, unsigned, directory);
}

/**
 * May this reader sign, or return, what waits? (rules.md, A second signature.) Another person than the author, with the role `releaser`, of the
 * signing agency; of any agency of the same participant when that agency has one person.
 */
export function maySign(reader: Reader, unsigned: Unsigned, directory: Directory): boolean {
  if (!reader.signedIn || reader.person === undefined || !reader.roles.includes('releaser')) return false;
  const isAuthor = reader.agency === unsigned.agency && reader.person === unsigned.author;
  return !isAuthor && mayStandFor(reader, unsigned.signer, directory);
}

function mayStandFor(reader: Reader & { signedIn: true }, signer: AgencyId, directory: Directory): boolean {
  if (reader.agency === signer) return true;
  const people = [...directory.people.keys()].filter((name) => name.startsWith(`${signer}/`));
  return people.length <= 1 && directory.agencies.get(signer)?.participant === reader.participant;
}
