import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { type Collection, collections, type Entry, isActive, parseDay, parseInstant } from '@puebla/schemas';
import { Argument, Command, Option } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import {
  isAbout,
  type Row,
  rowOf,
  rowToSend,
  shortKeyOf,
  textOfRow,
  withoutGivers,
} from '../directory-rows.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { unreadable } from '../import/file.ts';
import { helpText, t } from '../language.ts';
import { asOption } from '../options.ts';
import { formatOf, writeList, writeOne } from '../output.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla directory list agencies --participant MX --as mx-fgr
  $ puebla directory list offices --at 2026-01-01 --as mx-fgr
  $ puebla directory show people mx-fgr/duty --as mx-fgr/focal
  $ puebla directory put agencies --id mx-new --participant MX --name-es "..." --name-en "..." --as mx-fgr/focal
  $ puebla directory put people --agency mx-new --id night --roles publisher,analyst --as mx-fgr/focal
  $ puebla directory put offices row.json --as ts-office/focal
  $ puebla directory end people mx-new/night --as mx-fgr/focal
  $ puebla directory put outages --participant HN --to 2026-12-01 --as hn-inm/focal`,
  `A row is from an instant on, to another; nothing is taken away, and nothing begins or ends in the past. end withdraws what has not begun:
it stays on record and never counts, and what it would have ended goes on. put with what is known already
(an agency, a person, a clearance) changes what is said and leaves the rest. A clearance counts once two focal points have put it.
Exit 3: refused, with its rule; 6: not yours to change.`,
  `Una fila vale desde un instante hasta otro; nada se borra, y nada empieza ni termina en el pasado. end retira lo que no ha empezado:
queda registrado y nunca cuenta, y lo que habría terminado sigue. put con lo ya conocido (una institución,
una persona, una habilitación) cambia lo que se dice y deja lo demás. Una habilitación cuenta cuando la han puesto dos puntos focales.
Salida 3: rechazado, con su regla; 6: no le toca cambiarlo.`,
);

/** Options of `put`, each with the field that it says. */
const fields = {
  id: t(
    'of an agency (mx-new), or a post in it (night)',
    'de una institución (mx-new), o de un puesto en ella (night)',
  ),
  agency: t('an agency', 'una institución'),
  participant: t(
    'code of a participant; for a group * stands for all of its status',
    'código de un participante; en un grupo, * son todos los de su estatus',
  ),
  code: t('code of a participant', 'código de un participante'),
  status: 'MEMBER, OBSERVER, ORGANIZATION, GUEST, CIVIL_SOCIETY',
  person: t('a post in the agency, to be cleared', 'un puesto de la institución, que se habilita'),
  office: 'PRESIDENCY, SECRETARIAT',
  sponsor: t('an agency of a member', 'una institución de un miembro'),
  sponsored: t('an agency of civil society', 'una institución de la sociedad civil'),
  group: t('name of a group', 'nombre de un grupo'),
  hours: t('for how long a participant is usually silent', 'cuánto tiempo suele callar un participante'),
  from: t('day or instant (default: now)', 'día o instante (si falta: ahora)'),
  to: t('day or instant, or never', 'día o instante, o never'),
} as const;
type Field = keyof typeof fields;

interface PutOptions extends Readonly<Partial<Record<Field, string>>> {
  readonly roles?: string;
  readonly nameEs?: string;
  readonly nameEn?: string;
}
interface ListOptions {
  readonly agency?: string;
  readonly participant?: string;
  readonly at?: string;
  readonly all?: true;
}

/** `puebla directory`: who takes part, through which agencies, people and offices. */
export function directoryCommand(cli: Cli): Command {
  const directory = new Command('directory')
    .description(
      t(
        'See and change who takes part: agencies, people, offices, groups.',
        'Ver y cambiar quién participa: instituciones, personas, cargos, grupos.',
      ),
    )
    .addHelpText('after', examples);
  const one = (name: string, description: string): Command =>
    directory
      .command(name)
      .description(description)
      .addArgument(new Argument('<collection>', t('what of it', 'qué parte de él')).choices(collections))
      .option(...asOption);

  one('list', t('List the rows of a collection, those of now.', 'Lista las filas de hoy de una colección.'))
    .option('--agency <id>', t('about this agency alone', 'solo de esta institución'))
    .option('--participant <code>', t('about this participant alone', 'solo de este participante'))
    .option(
      '--at <day>',
      t(
        'as it stood or will stand then: a day, or an instant',
        'como era o será entonces: un día, o un instante',
      ),
    )
    .addOption(
      new Option(
        '--all',
        t('also what has ended, or has not begun', 'también lo que ha terminado, o no ha empezado'),
      ).conflicts('at'),
    )
    .action(async (collection: Collection, own: ListOptions, command: Command) => {
      const at = own.at === undefined ? Date.now() : instantIn('--at', own.at);
      const rows = (await rowsOf(cli, command, collection)).filter(
        (row) => (own.all === true || isActive(row, at)) && isAbout(collection, row, own),
      );
      await writeList(cli, formatOf(cli, optionsOf(command).output), rows, columnsOf(collection));
    });
  one('show', t('Show one row.', 'Muestra una fila.'))
    .argument(
      '<key>',
      t(
        'as list shows it; without its date the row of now',
        'como lo muestra list; sin su fecha, la fila de hoy',
      ),
    )
    .action(async (collection: Collection, key: string, _own, command: Command) => {
      const row = found(collection, key, await rowsOf(cli, command, collection));
      await writeOne(cli, formatOf(cli, optionsOf(command).output), row, () => JSON.stringify(row, null, 2));
    });
  const put = one('put', t('Add a row, or change one.', 'Añade una fila, o cambia una.'))
    .argument(
      '[file]',
      t(
        'the row as JSON; - for stdin; options say more, or all of it',
        'la fila en JSON; - para stdin; las opciones dicen más, o todo',
      ),
    )
    .option(
      '--roles <roles>',
      t(
        'publisher, analyst, releaser, operator, focal, with commas between',
        'publisher, analyst, releaser, operator, focal, separados por comas',
      ),
    )
    .option('--name-es <text>', t('name of an agency in Spanish', 'nombre de una institución en español'))
    .option('--name-en <text>', t('name of an agency in English', 'nombre de una institución en inglés'));
  for (const [field, description] of Object.entries(fields)) put.option(`--${field} <text>`, description);
  put.action(async (collection: Collection, file: string | undefined, own: PutOptions, command: Command) => {
    const said = { ...(file === undefined ? {} : await readRowFile(cli, file)), ...saidBy(own) };
    const rows = await rowsOf(cli, command, collection);
    await send(cli, command, collection, rowToSend(collection, rows, said, Date.now()));
  });
  one(
    'end',
    t(
      'End a row, now or later; withdraw one that has not begun.',
      'Termina una fila, ahora o después; retira una que no ha empezado.',
    ),
  )
    .argument(
      '<key>',
      t(
        'as list shows it; without its date the row of now',
        'como lo muestra list; sin su fecha, la fila de hoy',
      ),
    )
    .option(
      '--at <instant>',
      t('a day, or an instant (default: now)', 'un día, o un instante (si falta: ahora)'),
    )
    .action(async (collection: Collection, key: string, own: { at?: string }, command: Command) => {
      const row = found(collection, key, await rowsOf(cli, command, collection));
      const to = own.at === undefined ? Date.now() : instantIn('--at', own.at);
      await send(cli, command, collection, { ...withoutGivers(row), to: new Date(to).toISOString() });
    });
  return directory;
}

async function ask(
  cli: Cli,
  command: Command,
  collection: Collection,
  init: RequestInit = {},
): Promise<unknown> {
  const { url, ...who } = optionsOf<{ as?: string }>(command);
  const token = await requiredCallerOf(cli, who)();
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
  const address = new URL(`/v1/directory/${collection}`, await exchangeUrl(cli, url));
  return (await request(cli, address, { ...init, headers })).json();
}

async function rowsOf(cli: Cli, command: Command, collection: Collection): Promise<readonly Row[]> {
  return ((await ask(cli, command, collection)) as { items: readonly Row[] }).items;
}

/** Sends a row, and shows what was written: it, and the end of what it comes in the place of. */
async function send(cli: Cli, command: Command, collection: Collection, row: object): Promise<void> {
  const { items } = (await ask(cli, command, collection, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(row),
  })) as { items: readonly Entry[] };
  if (items.length === 0) cli.say(t('nothing was changed: it says so already', 'nada cambió: ya dice eso'));
  const rows = items.map((entry) => entry.row);
  await writeList(cli, formatOf(cli, optionsOf(command).output), rows, columnsOf(collection));
}

function columnsOf(collection: Collection) {
  return [
    { title: t('KEY', 'CLAVE'), of: (row: Row) => shortKeyOf(collection, row) },
    { title: t('SAYS', 'DICE'), of: (row: Row) => textOfRow({ collection, row } as Entry) }, // of that collection
    { title: t('FROM', 'DESDE'), of: (row: Row) => row.from },
    { title: t('TO', 'HASTA'), of: (row: Row) => row.to ?? '-' },
  ];
}

function found(collection: Collection, key: string, rows: readonly Row[]): Row {
  const row = rowOf(collection, rows, key, Date.now());
  if (row !== undefined) return row;
  throw new CliError(
    'notFound',
    t(
      `there is no ${JSON.stringify(key)} among the ${collection} that you may see`,
      `no hay ${JSON.stringify(key)} en ${collection} que usted pueda ver`,
    ),
  );
}

function instantIn(option: string, text: string): number {
  const instant = parseDay(text) ?? parseInstant(text);
  if (instant !== undefined) return instant;
  throw new CliError(
    'usage',
    t(
      `${option} is ${JSON.stringify(text)}, expected a day or an instant (RFC 3339)`,
      `${option} es ${JSON.stringify(text)}, se espera un día o un instante (RFC 3339)`,
    ),
  );
}

/** The fields that options say, as the row spells them. */
function saidBy({ roles, nameEs, nameEn, participant, hours, from, to, ...plain }: PutOptions) {
  const given = Object.entries(plain).filter(([name]) => Object.hasOwn(fields, name));
  return {
    ...Object.fromEntries(given),
    ...(participant !== undefined && { participant: participant === '*' ? null : participant }),
    ...(hours !== undefined && { hours: Number(hours) }),
    ...(roles !== undefined && { roles: roles.split(',') }),
    ...((nameEs !== undefined || nameEn !== undefined) && {
      name: { ...(nameEs !== undefined && { es: nameEs }), ...(nameEn !== undefined && { en: nameEn }) },
    }),
    ...(from !== undefined && { from: instantText('--from', from) }),
    ...(to !== undefined && { to: to === 'never' ? null : instantText('--to', to) }),
  };
}

/** An instant goes as it was written: it may be part of a row's key. */
function instantText(option: string, text: string): string {
  return parseInstant(text) === undefined ? new Date(instantIn(option, text)).toISOString() : text;
}

async function readRowFile(cli: Cli, file: string): Promise<object> {
  let text: string;
  try {
    text = file === '-' ? await textOf(cli.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row;
  } catch {
    // Said below.
  }
  throw new CliError(
    'usage',
    t(
      `${file} holds no row: one JSON object is expected`,
      `${file} no contiene una fila: se espera un objeto JSON`,
    ),
  );
}
