import { PassThrough } from 'node:stream';
import type { Cli } from './cli.ts';
import { readConfig } from './kit.ts';

/** A command line whose streams are kept in memory: for tests. */
export interface Capture extends Cli {
  readonly stdin: PassThrough;
  out(): string;
  said(): string;
  readonly ending: AbortController;
}

/** @param environment variables as in the process's environment; PUEBLA_HOME should be a folder of the test's own */
export function capture(environment: Readonly<Record<string, string>>): Capture {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = { out: '', said: '' };
  stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.said += text;
  });
  const ending = new AbortController();
  return {
    stdin,
    stdout,
    stderr,
    config: readConfig(environment),
    signal: ending.signal,
    say: (line) => void stderr.write(`${line}\n`),
    ending,
    out: () => texts.out,
    said: () => texts.said,
  };
}
