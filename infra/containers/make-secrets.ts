/**
 * `node make-secrets.ts FOLDER OPERATORS`: the database's password, random, and what is derived from it for each who needs it; and, in a
 * folder of its own, the token by which operators' programs read figures. Made once, kept afterwards. Each is read under another account, so the files are open and the volume is what is guarded: only
 * the containers that need it mount it.
 */
import { randomBytes } from 'node:crypto';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretFile } from '../../services/kit/secret-file.ts';

const secretBytes = 24;
const readable = 0o444;

const [folder = '/run/puebla', operators = '/run/operators'] = process.argv.slice(2);
const password = await secretIn(join(folder, 'postgres-password'));
await secretIn(join(operators, 'token'));
await put('database-url', `postgresql://puebla:${password}@postgres:5432/puebla\n`);
await put('registry.properties', `apicurio.datasource.password=${password}\n`);

async function secretIn(file: string): Promise<string> {
  const secret = await secretFile(file, () => randomBytes(secretBytes).toString('base64url'));
  await chmod(file, readable);
  return secret;
}

/** Whole or not at all: a start that is cut off is simply done again. */
async function put(name: string, text: string): Promise<void> {
  const file = join(folder, name);
  await writeFile(`${file}.new`, text, { mode: readable });
  await rename(`${file}.new`, file);
}
