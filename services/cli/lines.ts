/** A line of a file as it stands there. */
export interface Line {
  /** From 1, as editors count. */
  readonly number: number;
  /** Without its line end. */
  readonly text: string;
}

/**
 * The lines of a text that comes in pieces; LF or CRLF, a byte-order mark is dropped, an end without a line end
 * is a line too. Not `node:readline`: it also breaks at U+2028 and U+2029, which may stand inside JSON strings
 * and CSV fields, and then counts lines that no editor shows.
 */
export async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<Line> {
  let number = 0;
  let rest = '';
  let first = true;
  for await (const piece of text) {
    rest += first ? piece.replace(/^\uFEFF/, '') : piece;
    first &&= piece === '';
    let from = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', from)) {
      number += 1;
      yield { number, text: rest.slice(from, end).replace(/\r$/, '') };
      from = end + 1;
    }
    rest = rest.slice(from);
  }
  if (rest !== '') yield { number: number + 1, text: rest.replace(/\r$/, '') };
}
