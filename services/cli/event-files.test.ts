import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capture } from './capture.ts';
import { eventsOfFiles, type FileEvent } from './event-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puebla-events-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string): Promise<FileEvent[]> {
  const file = join(folder, 'events');
  await writeFile(file, text);
  return Array.fromAsync(eventsOfFiles(capture({}), [file]));
}
const summary = (events: readonly FileEvent[]) =>
  events.map(({ line, ordinal, event, damage }) => [line, ordinal, event ?? damage]);

test.each<[string, string, unknown[][]]>([
  ['nothing', '', []],
  ['blank lines', '\n \n', []],
  ['one event in a line', '{"a":1}', [[1, 1, { a: 1 }]]],
  ['one event in several lines', '\n{\n  "a": 1\n}\n', [[2, 1, { a: 1 }]]],
  [
    'an array',
    '[{"a":1},{"a":2}]\n',
    [
      [1, 1, { a: 1 }],
      [1, 2, { a: 2 }],
    ],
  ],
  [
    'an array in several lines',
    '[\n{"a":1},\n{"a":2}\n]\n',
    [
      [1, 1, { a: 1 }],
      [1, 2, { a: 2 }],
    ],
  ],
  ['an empty array', '[]', []],
  [
    'a line each, with a mark and CRLF',
    '\uFEFF{"a":1}\r\n\r\n{"a":2}\r\n',
    [
      [1, 1, { a: 1 }],
      [3, 2, { a: 2 }],
    ],
  ],
  [
    'a damaged line among sound ones',
    '{"a":1}\n{"a":\n{"a":3}',
    [
      [1, 1, { a: 1 }],
      [2, 2, 'this line is not JSON'],
      [3, 3, { a: 3 }],
    ],
  ],
  ['a document that is cut off', '{\n"a":', [[1, 1, 'it is not JSON (it ends too early)']]],
  [
    'a line separator inside a text',
    '{"a":"x\u2028y"}\n{"a":2}',
    [
      [1, 1, { a: 'x\u2028y' }],
      [2, 2, { a: 2 }],
    ],
  ],
])('%s', async (_, text, events) => {
  expect(summary(await read(text))).toEqual(events);
});

test('what is wrong with a document is told by its place, never by its text', async () => {
  const [event] = await read('{\n"name": "Secret Name" oops\n}');
  expect(event?.damage).toMatch(/at position \d+/);
  expect(event?.damage).not.toContain('oops');
  expect(event?.damage).not.toContain('Secret');
});

test('several files, and stdin', async () => {
  const file = join(folder, 'one.json');
  await writeFile(file, '{"a":1}');
  const cli = capture({});
  cli.stdin.end('{"a":2}\n{"a":3}\n');
  const events = await Array.fromAsync(eventsOfFiles(cli, [file, '-']));
  expect(events.map(({ file: name, event }) => [name, event])).toEqual([
    [file, { a: 1 }],
    ['-', { a: 2 }],
    ['-', { a: 3 }],
  ]);
});

test.each([
  ['missing', 'no such file'],
  ['.', 'is a folder'],
])('%s cannot be read', async (name, message) => {
  const reading = Array.fromAsync(eventsOfFiles(capture({}), [join(folder, name)]));
  await expect(reading).rejects.toMatchObject({ exit: 'usage', message: expect.stringContaining(message) });
});
