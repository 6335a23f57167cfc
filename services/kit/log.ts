import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Structured lines on stderr. Bodies and tokens are never handed to it; the paths below are a second net. */
export function createLog(options: { level: string; service?: string }): Log {
  return pino(
    {
      level: options.level,
      base: { service: options.service ?? 'puebla' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // What PostgreSQL says beside its message may quote a row.
      redact: {
        paths: [
          ...['*.authorization', '*.headers.authorization', '*.token', '*.data'],
          ...['err.detail', 'err.where', 'err.internalQuery'],
        ],
        remove: true,
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
