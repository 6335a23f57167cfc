import { hkdfSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AgencyId } from '@puebla/schemas';
import { secretFile } from './secret-file.ts';

const keyBytes = 32;
const secretBytes = 32;

/**
 * The secrets with which systems of agencies sign in at the embedded issuer. Each is derived from one key file, `PUEBLA_HOME/keys/clients.key`,
 * by the agency's id: an agency that is added tomorrow has one already, nothing is written when one is asked for, and every process that
 * shares the folder knows the same. Removing the file and starting again gives all of them new ones.
 *
 * @param home PUEBLA_HOME
 * @throws RangeError when the file does not hold a key
 */
export async function clientSecrets(home: string): Promise<(agency: AgencyId) => string> {
  const text = await secretFile(join(home, 'keys', 'clients.key'), () =>
    randomBytes(keyBytes).toString('base64'),
  );
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes) throw new RangeError(`keys/clients.key does not hold ${keyBytes} bytes`);
  return (agency) =>
    Buffer.from(hkdfSync('sha256', key, '', `puebla client secret ${agency}`, secretBytes)).toString(
      'base64url',
    );
}
