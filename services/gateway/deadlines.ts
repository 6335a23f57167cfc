/** One of those that wait, in the order in which they will be late. */
interface Deadline {
  readonly until: number;
  readonly onLate: () => void;
  before: Deadline | undefined;
  after: Deadline | undefined;
}

/**
 * Deadlines that all lie equally far ahead, so that one timer watches over them: a timer for each request costs as much as reading
 * its head. A list of neighbours, since a set that is as busy keeps from the garbage collector what it held.
 */
export function createDeadlines(aheadMs: number): {
  /** Calls `onLate` unless it is met before, which is done by calling what is returned. */
  set(onLate: () => void): () => void;
} {
  let first: Deadline | undefined;
  let last: Deadline | undefined;
  let watched = false;

  const remove = (deadline: Deadline): void => {
    const { before, after } = deadline;
    if (before !== undefined) before.after = after;
    else if (first === deadline) first = after;
    else return; // It was met already.
    if (after !== undefined) after.before = before;
    else last = before;
    deadline.before = undefined;
    deadline.after = undefined;
  };
  const watchFor = (ms: number): void => {
    watched = true;
    setTimeout(watch, ms).unref();
  };
  const watch = (): void => {
    watched = false;
    const now = performance.now();
    while (first !== undefined && first.until <= now) {
      const { onLate } = first;
      remove(first);
      onLate();
    }
    if (first !== undefined) watchFor(Math.ceil(first.until - now));
  };

  return {
    set(onLate) {
      const deadline: Deadline = {
        until: performance.now() + aheadMs,
        onLate,
        before: last,
        after: undefined,
      };
      if (last === undefined) first = deadline;
      else last.after = deadline;
      last = deadline;
      if (!watched) watchFor(aheadMs);
      return () => remove(deadline);
    },
  };
}
