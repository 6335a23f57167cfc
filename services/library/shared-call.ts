/**
 * Many callers, one call at a time: whoever asks while one is out shares the next, which begins after they asked. So an
 * answer is never older than its question.
 */
export function shareCall<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    if (next !== undefined) return next;
    const started = running.then(() => {
      next = undefined;
      return call();
    });
    next = started;
    running = started.catch(() => {});
    return started;
  };
}
