import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { capture } from '../../services/cli/capture.ts';
import { main } from '../../services/cli/index.ts';
import { withoutOurs } from '../child-exchange.ts';

const launcher = join(resolve(import.meta.dirname, '../..'), 'services/cli/bin/puebla.mjs');

/** Runs `puebla` as a person does. */
export function puebla(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  options: {
    readonly input?: string;
    /** Interrupted, as by Ctrl-C, once this has come about. */
    readonly interruptAfter?: () => Promise<void>;
  } = {},
): Promise<{ readonly code: number | null; readonly out: string; readonly said: string }> {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...withoutOurs(process.env), ...environment },
    stdio: 'pipe',
  });
  const texts = { out: '', said: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.said += text;
  });
  child.stdin.end(options.input ?? '');
  options.interruptAfter?.().then(() => child.kill('SIGINT'));
  return new Promise((done) => child.once('close', (code) => done({ code, ...texts })));
}

/** The same in the test's own process, against the exchange given. */
export async function runCommand(
  exchange: { readonly home: string; readonly url: string },
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number; readonly out: string; readonly said: string }> {
  const cli = capture({ PUEBLA_HOME: exchange.home });
  cli.stdin.end(input);
  const code = await main(cli, [...args, '--url', exchange.url]);
  // What was written last is collected in the next turn.
  await new Promise((done) => setImmediate(done));
  return { code, out: cli.out(), said: cli.said() };
}
