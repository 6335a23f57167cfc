const newline = 10;
/** One byte a piece would take a hundred times its bytes: joined as often as this many come. */
const maxPieces = 256;

/**
 * Cuts a stream of chunks into lines without keeping more than one unfinished line. `push` gives the lines that a
 * chunk completes, without their newline; a line over the limit is given as `undefined` in its place, and skipped to
 * its end.
 */
export function createLineCutter(maxLineBytes: number) {
  let pieces: Buffer[] = [];
  let bytes = 0;

  const take = (last: Buffer): Buffer | undefined => {
    const total = bytes + last.length;
    const line = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
    pieces = [];
    bytes = 0;
    return total > maxLineBytes ? undefined : line;
  };

  return {
    push(chunk: Buffer): (Buffer | undefined)[] {
      const lines: (Buffer | undefined)[] = [];
      let from = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
        lines.push(take(chunk.subarray(from, at)));
        from = at + 1;
      }
      const rest = chunk.subarray(from);
      bytes += rest.length;
      if (bytes > maxLineBytes) pieces = [];
      else if (rest.length > 0) pieces.push(rest);
      if (pieces.length > maxPieces) pieces = [Buffer.concat(pieces)];
      return lines;
    },
    /** The last line when it had no newline; an empty list when there is none. */
    end(): (Buffer | undefined)[] {
      return bytes === 0 ? [] : [take(Buffer.alloc(0))];
    },
  };
}
