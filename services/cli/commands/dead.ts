import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { callerOf } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { formatOf, writeList, writeOne } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { request } from '../request.ts';

const examples = `
Examples:
  $ puebla dead list
  $ puebla dead list --kind alert --output json
  $ puebla dead show puebla.alert/7/1234
  $ puebla dead redrive puebla.alert/7/1234 --dry-run
  $ puebla dead discard puebla.alert/7/1234
  $ puebla dead list --as ts-office/operator --url https://exchange.example

A dead letter is a record of the log that nobody can decode or apply; its lane went on without it. Its name is its place:
topic, lane and offset. Redrive writes it to its lane once more, when its schema has become known, say; three times at most.
Discard says that it never comes back. Both are for good. Exit 3: refused, and why. For operators: on the exchange's own machine without a token,
from elsewhere with that of a person who has the role (--as, or PUEBLA_TOKEN).
`;

interface Item {
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly time: string;
  readonly size: number;
}

interface Redriven {
  readonly name: string;
  readonly dryRun: boolean;
  readonly lane: string;
  readonly from: string;
  readonly attempt: number;
  readonly decodes: boolean;
  readonly reason: string | null;
  readonly to: string | null;
  readonly found: boolean;
}

interface Discarded {
  readonly name: string;
  readonly dryRun: boolean;
}

interface Details extends Item {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
  readonly whole: boolean;
}

interface Who {
  readonly as?: string;
}

const who = ['--as <agency>', 'as this demonstration agency, or agency/person'] as const;

/** `puebla dead`: what could not be decoded or applied. */
export function deadCommand(cli: Cli): Command {
  const dead = new Command('dead')
    .description(
      'Look at what could not be decoded or applied. / Muestra lo que no se pudo decodificar o aplicar.',
    )
    .addHelpText('after', examples);
  dead
    .command('list')
    .description('List the dead letters, newest first. / Lista las cartas muertas, la más reciente primero.')
    .option('--kind <kind>', 'of this kind alone')
    .option('--state <state>', 'open, redriven, discarded or all', 'open')
    .option('--limit <count>', 'at most so many, 1,000 at most', '100')
    .option(...who)
    .action(async (own: { kind?: string; state: string; limit: string }, command: Command) => {
      const { output, url } = optionsOf(command);
      const address = new URL('/v1/dead', await exchangeUrl(cli, url));
      address.searchParams.set('limit', own.limit);
      address.searchParams.set('state', own.state);
      if (own.kind !== undefined) address.searchParams.set('kind', own.kind);
      const { items } = await ask<{ readonly items: readonly Item[] }>(cli, command, address);
      await writeList(cli, formatOf(cli, output), items, [
        { title: 'NAME', of: ({ name }) => name },
        { title: 'STATE', of: ({ state }) => state },
        { title: 'REASON', of: ({ reason }) => reason },
        { title: 'TIME', of: ({ time }) => time },
        { title: 'BYTES', of: ({ size }) => size, align: 'right' },
      ]);
    });
  dead
    .command('show <name>')
    .description('Show one dead letter whole. / Muestra una carta muerta entera.')
    .option(...who)
    .action(async (name: string, _own, command: Command) => {
      const { output, url } = optionsOf(command);
      const address = await addressOf(cli, url, name);
      const details = await ask<Details>(cli, command, address);
      await writeOne(cli, formatOf(cli, output), details, () => textOf(details));
    });
  dead
    .command('redrive <name>')
    .description(
      'Write a dead letter to its lane once more. / Escribe una carta muerta otra vez en su carril.',
    )
    .option('--dry-run', 'say what would happen, and write nothing')
    .option('--force', 'also when it would be poison again')
    .option(...who)
    .action(async (name: string, own: { dryRun?: true; force?: true }, command: Command) => {
      const { output, url } = optionsOf(command);
      const done = await settle<Redriven>(cli, command, await addressOf(cli, url, name, 'redrive'), own);
      await writeOne(cli, formatOf(cli, output), done, () => redrivenText(done));
    });
  dead
    .command('discard <name>')
    .description('Say that a dead letter never comes back. / Descarta una carta muerta para siempre.')
    .option('--dry-run', 'say what would happen, and write nothing')
    .option(...who)
    .action(async (name: string, own: { dryRun?: true }, command: Command) => {
      const { output, url } = optionsOf(command);
      const done = await settle<Discarded>(cli, command, await addressOf(cli, url, name, 'discard'), own);
      const text = done.dryRun
        ? `${name} would be discarded. Nothing was written.`
        : `${name} is discarded: it never comes back. puebla dead show still shows it.`;
      await writeOne(cli, formatOf(cli, output), done, () => text);
    });
  return dead;
}

/** Throws CliError `usage` for what is no name. */
async function addressOf(cli: Cli, url: string | undefined, name: string, what?: string): Promise<URL> {
  if (name.split('/').length !== 3)
    throw new CliError('usage', `${name}: a name is topic/lane/offset, as puebla dead list gives it`);
  const path = name.split('/').map(encodeURIComponent).join('/');
  return new URL(`/v1/dead/${path}${what === undefined ? '' : `/${what}`}`, await exchangeUrl(cli, url));
}

/** Without a token as well: on the exchange's own machine none is needed. */
async function ask<T>(cli: Cli, command: Command, address: URL, method = 'GET'): Promise<T> {
  const caller = callerOf(cli, optionsOf<Who>(command));
  const headers = caller === undefined ? {} : { authorization: `Bearer ${await caller()}` };
  return (await (await request(cli, address, { method, headers })).json()) as T;
}

async function settle<T>(
  cli: Cli,
  command: Command,
  address: URL,
  { dryRun, force }: { dryRun?: true; force?: true },
): Promise<T> {
  if (dryRun === true) address.searchParams.set('dry-run', 'true');
  if (force === true) address.searchParams.set('force', 'true');
  return ask<T>(cli, command, address, 'POST');
}

function redrivenText({ name, dryRun, lane, attempt, decodes, reason, to, found }: Redriven): string {
  if (found) {
    const copy = `the copy of an earlier try stands at ${to}`;
    return dryRun
      ? `${name} would be settled: ${copy}. Nothing was written.`
      : `${name} is settled: ${copy}.`;
  }
  const poison = decodes ? 'It decodes now.' : `It would be poison again (${reason}).`;
  if (!dryRun) return `${name} is redriven: its copy stands at ${to} (attempt ${attempt} of 3). ${poison}`;
  const would = `${name} would be written to ${lane} again (attempt ${attempt} of 3)`;
  return `${would}${decodes ? '' : ', with --force alone'}. ${poison} Nothing was written.`;
}

function textOf({ headers, value, whole }: Details): string {
  const lines = Object.entries(headers).map(([header, text]) => `${header}: ${plainText(text)}`);
  return [...lines, '', `${value}${whole ? '' : ' ...'}`].join('\n');
}
