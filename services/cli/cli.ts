import type { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import type { Config } from './kit.ts';
import type { OutputFormat } from './output.ts';

type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command works with: nothing else of the process is touched. */
export interface Cli {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly config: Config;
  /** Aborted by Ctrl-C, and when who reads our output has gone. */
  readonly signal: AbortSignal;
  /** One line for the person, on stderr. */
  say(line: string): void;
}

/** The options that every command has. */
export interface GlobalOptions {
  readonly output?: OutputFormat;
  readonly url?: string;
  readonly token?: string;
}

/** The options of a command and the global ones together. */
export function optionsOf<Own extends object>(command: Command): Own & GlobalOptions {
  return command.optsWithGlobals<Own & GlobalOptions>();
}
