import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capture } from './capture.ts';
import { createProgram } from './index.ts';

interface Said {
  readonly args: readonly string[];
  readonly out: string;
  readonly said: string;
}

/** What the command line says, in a process whose system speaks that language. */
function saidIn(locale: string, lines: readonly (readonly string[])[]): Said[] {
  const moduleOf = (file: string) => JSON.stringify(join(import.meta.dirname, file));
  const script = `
    const { capture } = await import(${moduleOf('capture.ts')});
    const { main } = await import(${moduleOf('index.ts')});
    const all = [];
    for (const args of ${JSON.stringify(lines)}) {
      const cli = capture({ PUEBLA_HOME: '/nowhere', PUEBLA_PORT: '1' });
      await main(cli, args);
      await new Promise((done) => setImmediate(done));
      all.push({ args, out: cli.out(), said: cli.said() });
    }
    console.log(JSON.stringify(all));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { LC_ALL: locale },
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

const prose = /\p{Ll}{2,} \p{Ll}{2,}/u;
const linesOf = (text: string) =>
  text.split('\n').filter((line) => prose.test(line) && !/^ *(\$|https?:)/.test(line));

/** Lines that both languages have are in one of them only by mistake. */
function common(lines: readonly (readonly string[])[], of: 'out' | 'said'): string[] {
  const english = saidIn('en_US.UTF-8', lines);
  const spanish = saidIn('es_MX.UTF-8', lines);
  return lines.flatMap((args, index) => {
    const inEnglish = linesOf(english[index]?.[of] ?? '');
    const inSpanish = linesOf(spanish[index]?.[of] ?? '');
    if (inEnglish.length === 0 || inSpanish.length === 0) return [`${args.join(' ')}: nothing is said`];
    return inSpanish.filter((line) => inEnglish.includes(line)).map((line) => `${args.join(' ')}: ${line}`);
  });
}

const commands = createProgram(capture({})).commands.flatMap((command) => [
  [command.name()],
  ...command.commands.map((child) => [command.name(), child.name()]),
]);

test('the whole help is there in Spanish and in English', () => {
  expect(
    common(
      [[], ...commands].map((path) => [...path, '--help']),
      'out',
    ),
  ).toEqual([]);
});

test('what is wrong with a command line is said in Spanish and in English', () => {
  const example = join(import.meta.dirname, '../../schemas/kinds/alert/example.json');
  const wrong = [
    ['nonsense'],
    ['tokne'],
    ['kinds', '--nonsense'],
    ['kinds', '--output', 'xml'],
    ['token'],
    ['token', 'mx-nobody'],
    ['token', 'mx-fgr', '--ttl', '3601'],
    ['client'],
    ['client', 'nonsense'],
    ['get', 'nonsense'],
    ['get', 'mx-fgr', 'an id with spaces'],
    ['get', 'mx-fgr', 'x'],
    ['get', 'mx-fgr', 'x', '--url', 'nonsense'],
    ['recall', 'event', 'mx-fgr/x'],
    ['drafts', 'show', 'nonsense', '--as', 'mx-fgr'],
    ['dead', 'show', 'nonsense'],
    ['directory', 'list', 'nothing'],
    ['directory', 'list', 'agencies', '--at', 'soon', '--as', 'mx-fgr'],
    ['directory', 'list', 'agencies', '--all', '--at', '2026-01-01', '--as', 'mx-fgr'],
    ['import', 'incidents', 'no/such/file'],
    ['import', 'incidents', example],
    ['publish', example],
    ['tail', '--since', 'earliest', '--cursor', 'x'],
    ['tail', '--limit', '0'],
    ['demo', '--live', 'soon'],
    ['doctor'],
  ];
  expect(common(wrong, 'said')).toEqual([]);
});
