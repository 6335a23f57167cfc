import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from '../lines.ts';
import { csvRows, HeaderError } from './records.ts';

const columns = ['a', 'b'] as const;

async function read(text: string) {
  const rows = await Array.fromAsync(csvRows(linesOf(fromText(text)), columns));
  return rows.map((row) => (row.ok ? [row.line, row.fields.a, row.fields.b] : [row.line, row.reason]));
}

async function* fromText(text: string) {
  yield text;
}

const notClosed = 'a quote is opened and not closed';
const badQuotes = 'its quotes do not close where a field ends';
const inside = 'a quote stands inside a field that is not quoted';

test.each<[string, string, (string | number)[][]]>([
  [
    'plain rows',
    'a,b\n1,2\n3,4\n',
    [
      [2, '1', '2'],
      [3, '3', '4'],
    ],
  ],
  ['a byte-order mark and CRLF', '\uFEFFa,b\r\n1,2\r\n', [[2, '1', '2']]],
  ['another order, another column, capitals, spaces', ' B ,x,A\n1,2,3\n', [[2, '3', '1']]],
  [
    'blank lines, which count',
    'a,b\n\n1,2\n\n\n3,4',
    [
      [3, '1', '2'],
      [6, '3', '4'],
    ],
  ],
  ['quoted commas and quotes', 'a,b\n"1,023","x ""y"""\n', [[2, '1,023', 'x "y"']]],
  [
    'a field over two lines, whose line ends count',
    'a,b\n"x\ny",2\n3,4\n',
    [
      [2, 'x\ny', '2'],
      [4, '3', '4'],
    ],
  ],
  [
    'too few and too many fields',
    'a,b\n1\n1,2,3\n4,5\n',
    [
      [2, '1 fields where the header has 2'],
      [3, '3 fields where the header has 2'],
      [4, '4', '5'],
    ],
  ],
  [
    'a quote that is never closed costs its own row alone',
    'a,b\n"1,2\n3,4\n5,6\n',
    [
      [2, notClosed],
      [3, '3', '4'],
      [4, '5', '6'],
    ],
  ],
  [
    'also when a later row has quotes',
    'a,b\n"1,2\n3,"4"\n5,6\n',
    [
      [2, notClosed],
      [3, '3', '4'],
      [4, '5', '6'],
    ],
  ],
  [
    'two of them',
    'a,b\n"1,2\n3,4\n5,"6\n7,8\n',
    [
      [2, notClosed],
      [3, '3', '4'],
      [4, notClosed],
      [5, '7', '8'],
    ],
  ],
  [
    'at the very end',
    'a,b\n1,2\n3,"4',
    [
      [2, '1', '2'],
      [3, notClosed],
    ],
  ],
  [
    'quotes in odd places',
    'a,b\n"1"x,2"\n1,x"y"\n3,4\n',
    [
      [2, notClosed],
      [3, inside],
      [4, '3', '4'],
    ],
  ],
  [
    'a quote closed before the field ends',
    'a,b\n"1"x,2\n3,4\n',
    [
      [2, badQuotes],
      [3, '3', '4'],
    ],
  ],
  [
    'a line separator inside a field',
    'a,b\nx\u2028y,2\n3,4\n',
    [
      [2, 'x\u2028y', '2'],
      [3, '3', '4'],
    ],
  ],
])('%s', async (_, text, rows) => {
  expect(await read(text)).toEqual(rows);
});

test.each([
  ['', 'the file is empty'],
  ['\n\n', 'the file is empty'],
  ['a,c\n1,2\n', 'no column b'],
  ['a;b\n1;2\n', 'no column a, b'],
  ['a,b,a\n1,2,3\n', 'names a twice'],
  ['a,"b\n1,2\n', 'cannot be read'],
])('the header of %j is refused', async (text, message) => {
  await expect(read(text)).rejects.toThrow(HeaderError);
  await expect(read(text)).rejects.toThrow(message);
});

test('a quote lost or added in one row never costs another row', async () => {
  const field = fc.constantFrom('1', 'x', '"1,023"', '<5', '');
  const rows = fc.array(fc.tuple(field, field), { minLength: 3, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(rows, fc.nat(), fc.nat(), async (fields, at, where) => {
      const lines = fields.map(([a, b]) => `${a || '0'},${b || '0'}`);
      const damaged = at % lines.length;
      const text = lines[damaged] ?? '';
      lines[damaged] = `${text.slice(0, where % text.length)}"${text.slice(where % text.length)}`;
      const sound = await read(`a,b\n${lines.join('\n')}\n`);
      const clean = await read(`a,b\n${fields.map(([a, b]) => `${a || '0'},${b || '0'}`).join('\n')}\n`);
      expect(sound.filter(([line]) => line !== damaged + 2)).toEqual(
        clean.filter(([line]) => line !== damaged + 2),
      );
    }),
  );
});

test('whatever a file holds, it is read to its end', async () => {
  const noise = fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r\n', 'a', '1', ' ', '\0', 'é', '\uFEFF'),
  });
  await fc.assert(
    fc.asyncProperty(noise, async (text) => {
      const rows = await read(`a,b\n${text}\n7,8\n`);
      expect(rows.length).toBeGreaterThan(0);
      for (const [line] of rows) expect(line).toBeGreaterThan(1);
    }),
  );
});
