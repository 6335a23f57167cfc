import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { callerOf } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { asOption } from '../options.ts';
import { formatOf, writeList, writeOne } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla dead list
  $ puebla dead list --kind alert --output json
  $ puebla dead show puebla.alert/7/1234
  $ puebla dead redrive puebla.alert/7/1234 --dry-run
  $ puebla dead discard puebla.alert/7/1234
  $ puebla dead list --as ts-office/operator --url https://exchange.example`,
  `A dead letter is a record of the log that nobody can decode or apply; its lane went on without it. Its name is its place:
topic, lane and offset. Redrive writes it to its lane once more, when its schema has become known, say; three times at most.
Discard says that it never comes back. Both are for good. Exit 3: refused, and why. For operators: on the exchange's own machine without a token,
from elsewhere with that of a person who has the role (--as, or PUEBLA_TOKEN).`,
  `Una carta muerta es un registro que nadie puede decodificar o aplicar; su carril siguió sin él. Su nombre es su lugar:
tema, carril y posición. redrive lo escribe otra vez en su carril, por ejemplo cuando ya se conoce su esquema; tres veces a lo sumo.
discard dice que nunca vuelve. Ambos son definitivos. Salida 3: rechazado, y por qué. Para operadores: sin token en la máquina del intercambio,
y desde otras con el de una persona que tenga el rol (--as, o PUEBLA_TOKEN).`,
);

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

/** `puebla dead`: what could not be decoded or applied. */
export function deadCommand(cli: Cli): Command {
  const dead = new Command('dead')
    .description(
      t('Look at what could not be decoded or applied.', 'Muestra lo que no se pudo decodificar o aplicar.'),
    )
    .addHelpText('after', examples);
  dead
    .command('list')
    .description(
      t('List the dead letters, newest first.', 'Lista las cartas muertas, la más reciente primero.'),
    )
    .option('--kind <kind>', t('of this kind alone', 'solo de este tipo'))
    .option(
      '--state <state>',
      t('open, redriven, discarded or all', 'open, redriven, discarded o all'),
      'open',
    )
    .option(
      '--limit <count>',
      t('at most so many, 1,000 at most', 'a lo sumo tantas, 1,000 como máximo'),
      '100',
    )
    .option(...asOption)
    .action(async (own: { kind?: string; state: string; limit: string }, command: Command) => {
      const { output, url } = optionsOf(command);
      const address = new URL('/v1/dead', await exchangeUrl(cli, url));
      address.searchParams.set('limit', own.limit);
      address.searchParams.set('state', own.state);
      if (own.kind !== undefined) address.searchParams.set('kind', own.kind);
      const { items } = await ask<{ readonly items: readonly Item[] }>(cli, command, address);
      await writeList(cli, formatOf(cli, output), items, [
        { title: t('NAME', 'NOMBRE'), of: ({ name }) => name },
        { title: t('STATE', 'ESTADO'), of: ({ state }) => state },
        { title: t('REASON', 'MOTIVO'), of: ({ reason }) => reason },
        { title: t('TIME', 'HORA'), of: ({ time }) => time },
        { title: 'BYTES', of: ({ size }) => size, align: 'right' },
      ]);
    });
  dead
    .command('show <name>')
    .description(t('Show one dead letter whole.', 'Muestra una carta muerta entera.'))
    .option(...asOption)
    .action(async (name: string, _own, command: Command) => {
      const { output, url } = optionsOf(command);
      const address = await addressOf(cli, url, name);
      const details = await ask<Details>(cli, command, address);
      await writeOne(cli, formatOf(cli, output), details, () => textOf(details));
    });
  dead
    .command('redrive <name>')
    .description(
      t('Write a dead letter to its lane once more.', 'Escribe una carta muerta otra vez en su carril.'),
    )
    .option(
      '--dry-run',
      t('say what would happen, and write nothing', 'decir qué pasaría, sin escribir nada'),
    )
    .option('--force', t('also when it would be poison again', 'también si volviera a ser veneno'))
    .option(...asOption)
    .action(async (name: string, own: { dryRun?: true; force?: true }, command: Command) => {
      const { output, url } = optionsOf(command);
      const done = await settle<Redriven>(cli, command, await addressOf(cli, url, name, 'redrive'), own);
      await writeOne(cli, formatOf(cli, output), done, () => redrivenText(done));
    });
  dead
    .command('discard <name>')
    .description(t('Say that a dead letter never comes back.', 'Descarta una carta muerta para siempre.'))
    .option(
      '--dry-run',
      t('say what would happen, and write nothing', 'decir qué pasaría, sin escribir nada'),
    )
    .option(...asOption)
    .action(async (name: string, own: { dryRun?: true }, command: Command) => {
      const { output, url } = optionsOf(command);
      const done = await settle<Discarded>(cli, command, await addressOf(cli, url, name, 'discard'), own);
      const text = done.dryRun
        ? t(
            `${name} would be discarded. Nothing was written.`,
            `${name} se descartaría. No se escribió nada.`,
          )
        : t(
            `${name} is discarded: it never comes back. puebla dead show still shows it.`,
            `${name} está descartada: nunca vuelve. puebla dead show aún la muestra.`,
          );
      await writeOne(cli, formatOf(cli, output), done, () => text);
    });
  return dead;
}

/** Throws CliError `usage` for what is no name. */
async function addressOf(cli: Cli, url: string | undefined, name: string, what?: string): Promise<URL> {
  if (name.split('/').length !== 3)
    throw new CliError(
      'usage',
      t(
        `${name}: a name is topic/lane/offset, as puebla dead list gives it`,
        `${name}: un nombre es tema/carril/posición, como lo da puebla dead list`,
      ),
    );
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
    const copy = t(
      `the copy of an earlier try stands at ${to}`,
      `la copia de un intento anterior está en ${to}`,
    );
    return dryRun
      ? t(
          `${name} would be settled: ${copy}. Nothing was written.`,
          `${name} quedaría resuelta: ${copy}. No se escribió nada.`,
        )
      : t(`${name} is settled: ${copy}.`, `${name} está resuelta: ${copy}.`);
  }
  const poison = decodes
    ? t('It decodes now.', 'Ahora se decodifica.')
    : t(`It would be poison again (${reason}).`, `Volvería a ser veneno (${reason}).`);
  if (!dryRun)
    return t(
      `${name} is redriven: its copy stands at ${to} (attempt ${attempt} of 3). ${poison}`,
      `${name} se escribió otra vez: su copia está en ${to} (intento ${attempt} de 3). ${poison}`,
    );
  const would = t(
    `${name} would be written to ${lane} again (attempt ${attempt} of 3)`,
    `${name} se escribiría otra vez en ${lane} (intento ${attempt} de 3)`,
  );
  return `${would}${decodes ? '' : t(', with --force alone', ', solo con --force')}. ${poison} ${t('Nothing was written.', 'No se escribió nada.')}`;
}

function textOf({ headers, value, whole }: Details): string {
  const lines = Object.entries(headers).map(([header, text]) => `${header}: ${plainText(text)}`);
  return [...lines, '', `${value}${whole ? '' : ' ...'}`].join('\n');
}
