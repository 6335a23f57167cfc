import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, linesOf } from './lines.ts';

async function* pieces(text: string, cuts: readonly number[]): AsyncGenerator<string> {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const cut of [...at, text.length]) {
    yield text.slice(from, cut);
    from = cut;
  }
}

async function collect(text: string, cuts: readonly number[] = []): Promise<Line[]> {
  return Array.fromAsync(linesOf(pieces(text, cuts)));
}

test.each<[string, string[]]>([
  ['', []],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['\uFEFFa\n\uFEFFb', ['a', '\uFEFFb']],
  ['a\n\nb', ['a', '', 'b']],
  ['a\u2028b\u2029c\rd\n', ['a\u2028b\u2029c\rd']],
])('%j is %j', async (text, lines) => {
  expect((await collect(text)).map((line) => line.text)).toEqual(lines);
});

test('however the text is cut, its lines and their numbers are the same', async () => {
  const letters = fc.string({ unit: fc.constantFrom('a', '"', '\n', '\r\n', '\uFEFF', 'é') });
  await fc.assert(
    fc.asyncProperty(letters, fc.array(fc.nat(100)), async (text, cuts) => {
      expect(await collect(text, cuts)).toEqual(await collect(text));
    }),
  );
});
