import { type Directory, type Reader, readerOf } from '@puebla/schemas';

/** Whether this reader has left the directory, or is another in it than when he signed in: then what he reads is not his any more. */
export function hasChanged(reader: Reader, today: Directory): boolean {
  if (!reader.signedIn) return false;
  const now = readerOf(today, reader.agency, reader.person);
  return now?.signedIn !== true || now.status !== reader.status || now.cleared !== reader.cleared;
}
