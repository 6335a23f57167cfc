/**
 * `node infra/run-stack.ts`: the three servers in the foreground, for development. Prints their addresses as one line of
 * JSON on stdout when they are ready; Ctrl-C or SIGTERM stops them.
 */
import { ConfigError, readConfig } from '../services/kit/config.ts';
import { asFailure, exitCodes } from './embedded/failure.ts';
import { progressTo } from './embedded/progress.ts';
import { startStack } from './embedded/stack.ts';

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort());

try {
  const config = readConfig(process.env);
  const stack = await startStack(config, { progress: progressTo(process.stderr), signal: stopping.signal });
  const { kafka, registryUrl, databaseUrl, versions } = stack;
  console.log(JSON.stringify({ kafka, registryUrl, databaseUrl, versions }));
  await untilAborted(stopping.signal);
  await stack.close();
} catch (error) {
  if (!stopping.signal.aborted) {
    const failure = asFailure(error, '.');
    console.error(failure.message);
    process.exitCode = exitCodes[error instanceof ConfigError ? 'configuration' : failure.code];
  }
}

/** A timer keeps the process there: signal handlers alone do not. */
function untilAborted(signal: AbortSignal): Promise<void> {
  const hour = 3_600_000;
  return new Promise((resolve) => {
    const timer = setInterval(() => undefined, hour);
    const end = () => {
      clearInterval(timer);
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
