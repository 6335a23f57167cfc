/** Starts an embedded server again that ended by itself: whoever runs an exchange on one machine may be asleep. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from './embedded/progress.ts';
import type { Stack, StackServer } from './embedded/stack.ts';

/** Long enough that a server that cannot run does not keep a core busy, short beside what its readers wait anyway. */
const pauseMs = 1_000;
const pauseAfterFailureMs = 5_000;

/** @returns a handle whose `close` returns when nothing is being started any more */
export function keepUp(stack: Pick<Stack, 'servers'>, progress: Progress): { close(): Promise<void> } {
  const ending = new AbortController();
  const watches = Object.entries(stack.servers).map(([name, server]) =>
    watch(name, server, progress, ending.signal),
  );
  return {
    async close() {
      ending.abort();
      await Promise.all(watches);
    },
  };
}

async function watch(
  name: string,
  server: StackServer,
  progress: Progress,
  ending: AbortSignal,
): Promise<void> {
  const closed = new Promise<void>((resolve) =>
    ending.addEventListener('abort', () => resolve(), { once: true }),
  );
  let pause = pauseMs;
  for (;;) {
    await Promise.race([server.ended(), closed]);
    await sleep(pause, undefined, { signal: ending, ref: false }).catch(() => undefined);
    if (ending.aborted) return;
    progress.say(`${name} has ended: starting it again`);
    try {
      await server.start();
      progress.say(`${name} is up again`);
      pause = pauseMs;
    } catch (error) {
      progress.say(Error.isError(error) ? error.message : String(error));
      pause = pauseAfterFailureMs;
    }
  }
}
