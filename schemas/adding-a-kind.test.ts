import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * README, Adding a kind: one folder and one entry, and everything else follows. A kind that there is not is added to a copy of the
 * repository, by these two and `npm run generate` alone; then the copy is asked.
 */
const root = join(import.meta.dirname, '..');
const slow = 120_000;
let copy: string;

beforeAll(async () => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'puebla-kind-')));
  copyRepository();
  addFolder();
  addEntry();
  for (const script of ['generate.ts', 'generate-readme.ts'])
    expect(await node([join(copy, 'schemas', script)])).toEqual({ code: 0, out: '', said: '' });
}, slow);
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function copyRepository(): void {
  const left = new Set(['.git', 'node_modules', join('tests', 'data')]);
  cpSync(root, copy, { recursive: true, filter: (path) => !left.has(relative(root, path)) });
  // Packages are those of the repository; our own are those of the copy.
  const installed = join(root, 'node_modules');
  mkdirSync(join(copy, 'node_modules', '@puebla'), { recursive: true });
  for (const name of readdirSync(installed).filter((each) => each !== '@puebla'))
    symlinkSync(join(installed, name), join(copy, 'node_modules', name));
  for (const name of readdirSync(join(installed, '@puebla'))) {
    const folder = relative(root, realpathSync(join(installed, '@puebla', name)));
    symlinkSync(join(copy, folder), join(copy, 'node_modules', '@puebla', name));
  }
}

/** A kind like `practice`, with other names of its types, codes of its own, and a category that no other kind has. */
function addFolder(): void {
  const from = join(root, 'schemas', 'kinds', 'practice');
  for (const file of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    const to = join(copy, 'schemas', 'kinds', 'rumour', relative(from, path).replace('practice', 'rumour'));
    writeFile(to, renamed(file.name, readFileSync(path, 'utf8')));
  }
}

function renamed(file: string, text: string): string {
  const types = text.replaceAll('Practice', 'Rumour');
  // What the schema says of types that it shares stays as it is, or they would be two.
  if (file === 'practice.avsc') return types.replace('"DISABILITY"', '"HEARSAY"');
  const names = types.replaceAll('practice', 'rumour');
  return file === 'example.json' ? names.replace(/"theme": "[A-Z_]+"/, '"theme": "HEARSAY"') : names;
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function addEntry(): void {
  const file = join(copy, 'schemas', 'catalogue.ts');
  const text = readFileSync(file, 'utf8');
  const entry = "  entry('rumour', rumour, rumourExample),\n];";
  const imports = [
    "import { rumour } from './kinds/rumour/rules.ts';",
    "import rumourExample from './kinds/rumour/example.json' with { type: 'json' };",
  ];
  writeFileSync(file, `${imports.join('\n')}\n${text.replace('\n];', `\n${entry}`)}`);
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

function node(args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, PUEBLA_HOME: join(copy, 'home') };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...args], { cwd: copy, env }, (_error, out, said) => {
      resolve({ code: child.exitCode ?? -1, out, said });
    });
  });
}

const puebla = (...args: string[]) => node([join(copy, 'services', 'cli', 'bin', 'puebla.mjs'), ...args]);

test('topic, subject, validation, publishers, filter and rule codes are there', async () => {
  const script = `
    import { exchangeTopics } from '@puebla/kit';
    import { canPublish, demonstrationRegister, directoryAt, kindOf, matches, parseFilter, ruleCodes, validateEvent } from '@puebla/schemas';
    const kind = kindOf('rumour');
    const checked = validateEvent(kind.example);
    const directory = directoryAt(demonstrationRegister, Date.UTC(2026, 3, 1));
    const { filter } = parseFilter(new URLSearchParams('kind=rumour&category=hearsay'));
    const event = { kind: 'rumour', agency: 'gt-svet', participant: 'GT', accepted: 0 };
    console.log(JSON.stringify({
      topics: exchangeTopics(3_600).map(({ topic }) => topic).filter((topic) => topic.includes('rumour')),
      subject: kind.subject,
      broken: validateEvent({ ...kind.example, data: {} }).violations.map(({ pointer }) => pointer),
      may: ['gt-svet', 'es-interior'].map((source) => canPublish(directory.agencies.get(source), kind, { ...checked.event, source }, directory).ok),
      matches: matches(filter, event, kind.facets(checked.event.data)),
      codes: ruleCodes.filter((code) => code.startsWith('rumour/')),
    }));`;
  const { code, out, said } = await node(['--input-type=module', '-e', script]);
  expect([code, said]).toEqual([0, '']);
  expect(JSON.parse(out)).toEqual({
    topics: ['puebla.rumour', 'puebla.rumour.dead'],
    subject: 'puebla.rumour-org.rcm.puebla.Rumour',
    broken: ['/data/theme', '/data/information', '/data/appliedIn'],
    may: [true, false],
    matches: true,
    codes: ['rumour/tag', 'rumour/email'],
  });
});

test('the command line lists it, checks it, and takes it in a filter', async () => {
  const kinds = await puebla('kinds', '--output', 'json');
  expect(JSON.parse(kinds.out)).toContainEqual(
    expect.objectContaining({ kind: 'rumour', topic: 'puebla.rumour' }),
  );
  const folder = join(copy, 'schemas', 'kinds', 'rumour');
  expect(await puebla('validate', join(folder, 'example.json'))).toMatchObject({ code: 0 });
  // What is wrong with a filter is said before anything is asked of the exchange, with what would be taken.
  expect(await puebla('tail', '--kind', 'nothing')).toMatchObject({
    code: 2,
    said: expect.stringContaining('rumour'),
  });
});

test('the README has it in its tables', () => {
  const readme = readFileSync(join(copy, 'schemas', 'README.md'), 'utf8');
  expect(readme).toMatch(/^\| `rumour` +\| .*`theme`/m);
  expect(readme).toMatch(/^\| `rumour\/tag` +\| /m);
});

test(
  'nothing in the repository names every kind: its types still hold',
  async () => {
    expect(await node([join('node_modules', '.bin', 'tsc'), '-p', '.'])).toEqual({
      code: 0,
      out: '',
      said: '',
    });
  },
  slow,
);

test(
  'the tests of the contract pass with it, its own examples among them',
  async () => {
    const vitest = [join(copy, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', copy];
    const files = [
      'catalogue',
      'examples',
      'generated',
      'publishers',
      'readme',
      'validate',
      'kinds/rumour/rules',
    ];
    const paths = files.map((file) => `schemas/${file}.test.ts`);
    const { code, out } = await node([...vitest, '--no-color', ...paths]);
    expect([code, out]).toEqual([0, expect.stringMatching(`Test Files +${files.length} passed`)]);
  },
  slow,
);

test('a kind that is wrong in itself stops the build, not the first event', async () => {
  const change = async (file: string, from: string, to: string, script: string) => {
    const path = join(copy, 'schemas', 'kinds', 'rumour', file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(from, to));
    const { code, said } = await node([join(copy, 'schemas', script)]);
    writeFileSync(path, text);
    return [code, said];
  };
  expect(await change('rule-codes.json', '"rumour/tag"', '"alert/tag"', 'generate.ts')).toEqual([
    1,
    expect.stringContaining('alert/tag does not begin with rumour/'),
  ]);
  expect(await change('rules.ts', "category: 'theme'", "category: 'tags'", 'generate-readme.ts')).toEqual([
    1,
    expect.stringContaining('Rumour.tags is no enum'),
  ]);
});
