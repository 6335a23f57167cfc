/** Ctrl-C and its relatives: the first asks for a clean stop, a later one for an end at once. */

export interface StopRequests {
  /** Aborted by the first request. */
  readonly signal: AbortSignal;
  readonly requested: Promise<void>;
  /** What a later request does; until this is said a start is given up in a moment anyway. */
  onForce(end: () => void): void;
}

/**
 * A terminal's Ctrl-C reaches every process of its group, and npm and the bootstrap pass on what they got: the same
 * request arrives more than once. What comes within this time is no second one.
 */
const sameRequestMs = 1_000;

export function stopRequests(): StopRequests {
  const controller = new AbortController();
  const requested = new Promise<void>((resolve) =>
    controller.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  let first: number | undefined;
  let force = (): void => undefined;
  const take = () => {
    first ??= performance.now();
    if (!controller.signal.aborted) controller.abort();
    else if (performance.now() - first > sameRequestMs) force();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, take);
  // A terminal that is gone takes no more text, which must not keep the servers from being stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return {
    signal: controller.signal,
    requested,
    onForce(end) {
      force = end;
    },
  };
}
