import type { Cli } from '../cli.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { main } from '../index.ts';
import { ConfigError, readConfig } from '../kit.ts';

/** Ctrl-C reaches us twice when the launcher passes it on; a second one that a person means comes later. */
const sameKeyMs = 500;

const ending = new AbortController();
let interruptedAt: number | undefined;
function interrupt(): void {
  const now = performance.now();
  if (interruptedAt !== undefined && now - interruptedAt > sameKeyMs) process.exit(exitCodeOf('interrupted'));
  interruptedAt ??= now;
  ending.abort('interrupt');
}
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);

// `puebla tail | head -1`: who read us has what it wanted. That is no error, and no text is left to say it to.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    ending.abort('pipe');
  });
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

try {
  const { stdin, stdout, stderr } = process;
  const cli: Cli = { stdin, stdout, stderr, config: readConfig(process.env), signal: ending.signal, say };
  process.exitCode = await main(cli, process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  say(`puebla: ${error.message}`);
  process.exitCode = exitCodeOf('usage');
}
// What is left open (a socket that is kept alive, stdin) keeps no command from ending.
if (process.stdout.writableLength === 0) process.exit();
process.stdout.once('drain', () => process.exit());
