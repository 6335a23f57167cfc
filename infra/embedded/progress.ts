/** What a start says while it goes on: one call a line, or a line that grows (`done` of `total`). */
export interface Progress {
  say(text: string): void;
  count(text: string, done: number): void;
}

export const silent: Progress = { say: () => undefined, count: () => undefined };

/** A terminal's or a file's stream, as much of it as is needed here. */
interface Out {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Lines with the seconds since the start before them. A count is shown in place on a terminal, and at most every two
 * seconds elsewhere.
 */
export function progressTo(out: Out, since: number = performance.now()): Progress {
  const quietMs = 2_000;
  let last = Number.NEGATIVE_INFINITY;
  let open = false;
  const stamp = () => `${((performance.now() - since) / 1_000).toFixed(1).padStart(6)} s  `;
  return {
    say(text) {
      out.write(`${open ? '\r\u001b[K' : ''}${stamp()}${text}\n`);
      open = false;
    },
    count(text, done) {
      const line = `${stamp()}${text} ${done}`;
      if (out.isTTY) {
        out.write(`\r\u001b[K${line}`);
        open = true;
      } else if (performance.now() - last >= quietMs) {
        last = performance.now();
        out.write(`${line}\n`);
      }
    },
  };
}
