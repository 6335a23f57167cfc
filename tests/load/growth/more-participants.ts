import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { participants } from '@puebla/schemas';

const folders = ['schemas', 'services', 'infra', 'tests'];

/**
 * Who takes part is part of the contract, which no setting changes: so the measurement runs from a copy of the checkout whose
 * contract has more participants, each with a lane and an agency. `times` 1 is the checkout itself.
 */
export async function withMoreParticipants<T>(
  checkout: string,
  times: number,
  use: (root: string) => Promise<T>,
): Promise<T> {
  if (times === 1) return use(checkout);
  const root = mkdtempSync(join(tmpdir(), 'puebla-participants-'));
  try {
    for (const folder of folders) cpSync(join(checkout, folder), join(root, folder), { recursive: true });
    cpSync(join(checkout, 'package.json'), join(root, 'package.json'));
    linkModules(checkout, root);
    addParticipants(root, participants.length * (times - 1));
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** What others wrote is that of the checkout; our own packages are those of the copy. */
function linkModules(checkout: string, root: string): void {
  const [from, to] = [join(checkout, 'node_modules'), join(root, 'node_modules')];
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name === '@puebla')
      cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(from, name), join(to, name));
  }
}

function addParticipants(root: string, count: number): void {
  const rows = Array.from({ length: count }, (_, n) => {
    const lane = participants.length + n;
    return `['X${lane}', 'ORGANIZATION', ${lane}, 'X${lane}', 'X${lane}'],`;
  });
  replaceIn(join(root, 'schemas/participants.ts'), '\n];\n', `\n${rows.join('\n')}\n];\n`);
  replaceIn(
    join(root, 'schemas/agencies.ts'),
    '(rows[code] ?? [])',
    '(rows[code] ?? [[code.toLowerCase() + "-office", code] as Row])',
  );
}

function replaceIn(file: string, before: string, after: string): void {
  const text = readFileSync(file, 'utf8');
  if (text.split(before).length !== 2) throw new Error(`${file} has not one "${before}"`);
  writeFileSync(
    file,
    text.replace(before, () => after),
  );
}
