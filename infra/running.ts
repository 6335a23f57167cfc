/** The note by which `npx puebla` finds the exchange that runs in a home. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from './embedded/stack.ts';

export function noteRunning(home: string, gateway: string, stack: Stack): { remove(): void } {
  const file = join(home, 'run', 'exchange.json');
  const note = {
    addresses: { gateway, kafka: stack.kafka, registry: stack.registryUrl },
    versions: { node: process.versions.node, ...stack.versions },
    pid: process.pid,
  };
  // Whole or not at all, for one who reads it just now.
  writeFileSync(`${file}.new`, `${JSON.stringify(note, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  return { remove: () => rmSync(file, { force: true }) };
}
