/**
 * Why a start cannot go on, each with the exit code of `npm start` (listed in `../README.md`). The message is the one
 * line that a person sees: what is wrong and what to do about it.
 */
export const exitCodes = {
  unexpected: 1,
  configuration: 2,
  'port-taken': 3,
  'program-missing': 4,
  'disk-full': 5,
  network: 6,
  home: 7,
  'already-running': 8,
  'server-failed': 9,
} as const;

export type FailureCode = keyof typeof exitCodes;

export class StartFailure extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartFailure';
    this.code = code;
  }
}

/** The system's name of an error (`ENOENT`), where it has one. */
export function systemCode(error: unknown): string | undefined {
  return Error.isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Any error as one that says what to do; an unknown one keeps its own words. */
export function asFailure(error: unknown, home: string): StartFailure {
  if (error instanceof StartFailure) return error;
  const message = Error.isError(error) ? error.message : String(error);
  switch (systemCode(error)) {
    case 'config/invalid':
      return new StartFailure('configuration', message, { cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return new StartFailure(
        'disk-full',
        `The disk of ${home} is full: free some space, or set PUEBLA_HOME to another disk.`,
        {
          cause: error,
        },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StartFailure(
        'home',
        `${home} cannot be written (${message}): set PUEBLA_HOME to a folder that can.`,
        {
          cause: error,
        },
      );
    default:
      return new StartFailure('unexpected', message, { cause: error });
  }
}
