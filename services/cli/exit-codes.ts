/** What the shell is told: one table, shown by `puebla --help` and in the README. */
export const exitCodes = {
  ok: [0, 'done; also when there was nothing to show, and when tail is ended by Ctrl-C'],
  failed: [1, 'something else went wrong; the message says what'],
  usage: [2, 'the command line or the environment is wrong, or a file cannot be read'],
  refused: [3, 'refused, and why; of several rows or events the others were kept'],
  unreachable: [4, 'the exchange does not run, cannot be reached, or stayed unavailable'],
  notFound: [5, 'there is no such event or row, or none that you may read'],
  notPermitted: [6, 'the token is missing, wrong or expired, or the agency may not do this'],
  interrupted: [130, 'ended by Ctrl-C before it was done; run it again to go on'],
} as const satisfies Record<string, readonly [number, string]>;

export type ExitName = keyof typeof exitCodes;

export const exitCodeOf = (name: ExitName): number => exitCodes[name][0];

/** Ends a command with one line for the person and a code for the shell. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitName;

  constructor(exit: ExitName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}

/** The table as text. */
export function exitCodesText(): string {
  return Object.values(exitCodes)
    .map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`)
    .join('\n');
}
