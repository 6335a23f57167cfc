/** How much of a text is shown on each side of what was found in it. */
const around = 30;

/** What was found, with what is around it. @param start and @param length in UTF-16 units */
export function spanOf(text: string, start: number, length: number) {
  const end = start + length;
  const from = Math.max(0, start - around);
  const to = Math.min(text.length, end + around);
  return {
    before: `${from > 0 ? '…' : ''}${text.slice(from, start)}`,
    found: text.slice(start, end),
    after: `${text.slice(end, to)}${to < text.length ? '…' : ''}`,
  };
}
