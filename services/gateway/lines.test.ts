import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineCutter } from './lines.ts';

const limit = 20;

/** The lines of a text that comes in the given pieces. */
function cut(pieces: readonly Buffer[], maxLineBytes = limit): (string | undefined)[] {
  const cutter = createLineCutter(maxLineBytes);
  const lines = [...pieces.flatMap((piece) => cutter.push(piece)), ...cutter.end()];
  return lines.map((line) => line?.toString('utf8'));
}

/** The same by the plainest means. */
function expected(text: Buffer): (string | undefined)[] {
  const lines = text.toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) =>
    line.length > limit ? undefined : Buffer.from(line, 'latin1').toString('utf8'),
  );
}

const bytes = fc
  .array(fc.constantFrom(10, 10, 13, 97, 98, 195, 177), { maxLength: 300 })
  .map((list) => Buffer.from(list));

describe('the line cutter', () => {
  test('cuts the same lines wherever the pieces end, also within a character', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(300), { maxLength: 20 }), (text, cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), text.length];
        const pieces = ends.map((end, index) => text.subarray(ends[index - 1] ?? 0, end));
        expect(cut(pieces)).toEqual(expected(text));
      }),
    );
  });

  test('a byte at a time is the same, and a line of many pieces too', () => {
    const text = Buffer.from(`${'x'.repeat(3_000)}\n\nñ\r\nlast`);
    const pieces = [...text].map((byte) => Buffer.of(byte));
    expect(cut(pieces, 3_000)).toEqual(['x'.repeat(3_000), '', 'ñ\r', 'last']);
  });

  test('a line over the limit is told in its place and skipped to its end; one at the limit is taken', () => {
    const text = Buffer.from(
      `${'a'.repeat(limit)}\n${'b'.repeat(limit + 1)}\nc\n${'d'.repeat(1_000)}\ne\n${'f'.repeat(50)}`,
    );
    for (const size of [1, 7, limit, 64, 5_000]) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, n) =>
        text.subarray(n * size, (n + 1) * size),
      );
      expect(cut(pieces)).toEqual(['a'.repeat(limit), undefined, 'c', undefined, 'e', undefined]);
    }
  });

  test('an end without a newline is a line, an end with one is none', () => {
    expect(cut([])).toEqual([]);
    expect(cut([Buffer.from('a')])).toEqual(['a']);
    expect(cut([Buffer.from('a\n')])).toEqual(['a']);
    expect(cut([Buffer.from('\n\n')])).toEqual(['', '']);
  });
});
