const newline = 10;

/**
 * Cuts a stream of chunks into lines without keeping more than one unfinished line. `push` gives the lines that a
 * chunk completes; a line over the limit is given as `undefined` in its place, and skipped to its end.
 */
export function createLineCutter(maxLineBytes: number) {
  let parts: Buffer[] = [];
  let bytes = 0;
  let tooLong = false;

  const take = (last: Buffer): string | undefined => {
    if (tooLong || bytes + last.length > maxLineBytes) {
      parts = [];
      bytes = 0;
      tooLong = false;
      return undefined;
    }
    const line =
      parts.length === 0 ? last.toString('utf8') : Buffer.concat([...parts, last]).toString('utf8');
    parts = [];
    bytes = 0;
    return line;
  };

  return {
    push(chunk: Buffer): (string | undefined)[] {
      const lines: (string | undefined)[] = [];
      let from = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
        lines.push(take(chunk.subarray(from, at)));
        from = at + 1;
      }
      const rest = chunk.subarray(from);
      bytes += rest.length;
      if (bytes > maxLineBytes) {
        tooLong = true;
        parts = [];
      } else if (rest.length > 0) {
        parts.push(rest);
      }
      return lines;
    },
    /** The last line when it had no newline; an empty list when there is none. */
    end(): (string | undefined)[] {
      return bytes === 0 ? [] : [take(Buffer.alloc(0))];
    },
  };
}
