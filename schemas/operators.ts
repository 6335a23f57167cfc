import type { Directory } from './directory.ts';
import type { Reader } from './handling.ts';

/** Who is told how the exchange is: operators, and the agency that holds the Secretariat. */
export function watchesExchange(reader: Reader, directory: Directory): boolean {
  if (!reader.signedIn) return false;
  return directory.offices.get('SECRETARIAT') === reader.agency || reader.roles.includes('operator');
}
