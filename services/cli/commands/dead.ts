import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
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

A dead letter is a record of the log that nobody can decode or apply; its lane went on without it. Its name is its place:
topic, lane and offset. For operators, on the exchange's own machine.
`;

interface Item {
  readonly name: string;
  readonly reason: string;
  readonly time: string;
  readonly size: number;
}

interface Details extends Item {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
  readonly whole: boolean;
}

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
    .option('--limit <count>', 'at most so many, 1,000 at most', '100')
    .action(async (own: { kind?: string; limit: string }, command: Command) => {
      const { output, url } = optionsOf(command);
      const address = new URL('/v1/dead', await exchangeUrl(cli, url));
      address.searchParams.set('limit', own.limit);
      if (own.kind !== undefined) address.searchParams.set('kind', own.kind);
      const { items } = (await (await request(cli, address)).json()) as { items: readonly Item[] };
      await writeList(cli, formatOf(cli, output), items, [
        { title: 'NAME', of: ({ name }) => name },
        { title: 'REASON', of: ({ reason }) => reason },
        { title: 'TIME', of: ({ time }) => time },
        { title: 'BYTES', of: ({ size }) => size, align: 'right' },
      ]);
    });
  dead
    .command('show <name>')
    .description('Show one dead letter whole. / Muestra una carta muerta entera.')
    .action(async (name: string, _own, command: Command) => {
      const { output, url } = optionsOf(command);
      if (name.split('/').length !== 3)
        throw new CliError('usage', `${name}: a name is topic/lane/offset, as puebla dead list gives it`);
      const path = name.split('/').map(encodeURIComponent).join('/');
      const address = new URL(`/v1/dead/${path}`, await exchangeUrl(cli, url));
      const details = (await (await request(cli, address)).json()) as Details;
      await writeOne(cli, formatOf(cli, output), details, () => textOf(details));
    });
  return dead;
}

function textOf({ headers, value, whole }: Details): string {
  const lines = Object.entries(headers).map(([header, text]) => `${header}: ${plainText(text)}`);
  return [...lines, '', `${value}${whole ? '' : ' ...'}`].join('\n');
}
