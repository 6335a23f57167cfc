#!/usr/bin/env node
// Plain JavaScript that an old Node can read: goes on in the Node 24 of node_modules where this one is older.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wanted = 24;

if (Number(process.versions.node.split('.')[0]) >= wanted) {
  await import('./run.ts');
} else {
  goOnIn(installedNode());
}

function installedNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  } catch {
    console.error(
      `puebla: this is Node ${process.versions.node}, and Node ${wanted} is not installed here yet: run npm start first`,
    );
    process.exit(1);
  }
}

function goOnIn(node) {
  const run = join(dirname(fileURLToPath(import.meta.url)), 'run.ts');
  const child = spawn(node, [run, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both of us, kill only to the one it names: the child takes the second of two as the first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`puebla: ${node} cannot be run: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) =>
    process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)),
  );
}
