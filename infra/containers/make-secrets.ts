/**
 * `node make-secrets.ts FOLDER`: the database's password, random, and what is derived from it for each who needs it. Made
 * once, kept afterwards. Each is read under another account, so the files are open and the volume is what is guarded: only
 * the containers that need it mount it.
 */
import { randomBytes } from 'node:crypto';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretFile } from '../../services/kit/secret-file.ts';

const passwordBytes = 24;
const readable = 0o444;

const [folder = '/run/puebla'] = process.argv.slice(2);
const passwordFile = join(folder, 'postgres-password');
const password = await secretFile(passwordFile, () => randomBytes(passwordBytes).toString('base64url'));
await chmod(passwordFile, readable);
await put('database-url', `postgresql://puebla:${password}@postgres:5432/puebla\n`);
await put('registry.properties', `apicurio.datasource.password=${password}\n`);

/** Whole or not at all: a start that is cut off is simply done again. */
async function put(name: string, text: string): Promise<void> {
  const file = join(folder, name);
  await writeFile(`${file}.new`, text, { mode: readable });
  await rename(`${file}.new`, file);
}
