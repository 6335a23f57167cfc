import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { eventPath } from '../event-address.ts';
import { exchangeUrl } from '../exchange.ts';
import { helpText, t } from '../language.ts';
import { asOption } from '../options.ts';
import { formatOf, writeList, writeOne } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla recall event /v1/events/mx-fgr/3f9c1a52 --reason CONSENT_WITHDRAWN --as mx-fgr
  $ puebla recall status --as mx-fgr
  $ puebla recall deleted /v1/events/mx-fgr/3f9c1a52 --as gt-pgn
  $ puebla recall cannot /v1/events/mx-fgr/3f9c1a52 --because "..." --as gt-pgn`,
  `All of a thread goes with one of its events: every version and every answer. Of what was public, copies of others stay.`,
  `Con un evento se retira todo su hilo: cada versión y cada respuesta. De lo que fue público, quedan las copias de otros.`,
);

interface Asked {
  readonly participant: string;
  readonly agencies: readonly string[];
  readonly stated: {
    readonly agency: string;
    readonly statement: string;
    readonly reason: string | null;
    readonly time: string;
  } | null;
  readonly overdue: boolean;
}

interface RecallStatus {
  readonly address: string;
  readonly kind: string;
  readonly reason: string;
  readonly time: string;
  readonly due: string;
  readonly asked: readonly Asked[];
}

interface Who {
  readonly as?: string;
}

/** `puebla recall`: takes an event back, and says who has stated what of his copies. */
export function recallCommand(cli: Cli): Command {
  const recall = new Command('recall')
    .description(
      t(
        'Take an event back, and see what its recipients state.',
        'Retirar un evento, y ver qué declaran sus destinatarios.',
      ),
    )
    .addHelpText('after', examples);
  const ask = async (
    command: Command,
    path: string,
    body?: object,
    type = 'application/json',
  ): Promise<unknown> => {
    const { url, ...who } = optionsOf<Who>(command);
    const authorization = `Bearer ${await requiredCallerOf(cli, who)()}`;
    const init =
      body === undefined
        ? { headers: { authorization } }
        : {
            method: 'POST',
            headers: { authorization, 'content-type': type },
            body: JSON.stringify(body),
          };
    return (await request(cli, new URL(path, await exchangeUrl(cli, url)), init)).json();
  };
  recall
    .command('event <address>')
    .description(t('Take it back, with all of its thread.', 'Lo retira, con todo su hilo.'))
    .requiredOption(
      '--reason <reason>',
      t(
        'PERSONAL_DATA, CONSENT_WITHDRAWN, INCORRECT, WRONG_READERS or OTHER',
        'PERSONAL_DATA, CONSENT_WITHDRAWN, INCORRECT, WRONG_READERS u OTHER',
      ),
    )
    .option(
      '--id <id>',
      t(
        'id of the recall; with the same one it is asked for once',
        'id del retiro; con el mismo se pide una sola vez',
      ),
    )
    .option(...asOption)
    .action(async (address: string, own: { reason: string; id?: string }, command: Command) => {
      const data = { of: eventPath(address), reason: own.reason.toUpperCase() };
      const event = { specversion: '1.0', id: own.id ?? randomUUID(), type: 'recall', data };
      const kept = (await ask(command, '/v1/events', event, 'application/cloudevents+json')) as object;
      await writeOne(
        cli,
        formatOf(cli, optionsOf(command).output),
        kept,
        () => `${t('taken back', 'retirado')}: ${data.of}`,
      );
    });
  recall
    .command('status [address]')
    .description(
      t('Say who has stated what, and who is overdue.', 'Dice quién ha declarado qué, y quién se retrasa.'),
    )
    .option(...asOption)
    .action(async (address: string | undefined, _own, command: Command) => {
      const { items } = (await ask(command, '/v1/recalls')) as { items: readonly RecallStatus[] };
      const wanted = address === undefined ? undefined : eventPath(address);
      const told = items.filter((item) => wanted === undefined || item.address === wanted);
      const format = formatOf(cli, optionsOf(command).output);
      if (format !== 'table') {
        await writeList(cli, format, told, []);
        return;
      }
      await writeList(cli, format, told.flatMap(rowsOf), [
        { title: t('EVENT', 'EVENTO'), of: ({ address: of }) => of },
        { title: t('REASON', 'MOTIVO'), of: ({ reason }) => reason },
        { title: t('TAKEN BACK', 'RETIRADO'), of: ({ time }) => time },
        { title: t('ASKED', 'PREGUNTADO'), of: ({ who: asked }) => asked },
        { title: t('STATED', 'DECLARADO'), of: ({ stated }) => plainText(stated) },
      ]);
    });
  const state = (name: string, description: string) =>
    recall
      .command(`${name} <address>`)
      .description(description)
      .option(...asOption);
  const put = async (command: Command, address: string, statement: object): Promise<void> => {
    const told = (await ask(command, `${statementPath(address)}`, statement)) as RecallStatus;
    await writeOne(cli, formatOf(cli, optionsOf(command).output), told, () =>
      t(`stated of ${told.address}`, `declarado de ${told.address}`),
    );
  };
  state('deleted', t('State that your copies are deleted.', 'Declara que sus copias se eliminaron.')).action(
    (address: string, _own, command: Command) => put(command, address, { statement: 'DELETED' }),
  );
  state('cannot', t('State that they cannot be, and why.', 'Declara que no se puede, y por qué.'))
    .requiredOption('--because <text>', t('why not', 'por qué no'))
    .action((address: string, own: { because: string }, command: Command) =>
      put(command, address, { statement: 'CANNOT', reason: own.because }),
    );
  return recall;
}

function statementPath(address: string): string {
  return `${eventPath(address).replace('/events/', '/recalls/')}/statement`;
}

interface Row {
  readonly address: string;
  readonly reason: string;
  readonly time: string;
  readonly who: string;
  readonly stated: string;
}

/** One line for each who is asked; of a recall of which nobody is, one. */
function rowsOf({ address, reason, time, due, asked }: RecallStatus): Row[] {
  const row = { address, reason, time };
  if (asked.length === 0) return [{ ...row, who: '-', stated: '-' }];
  return asked.map(({ participant, agencies, stated, overdue }) => ({
    ...row,
    who: agencies.length === 1 ? agencies.join() : participant,
    stated:
      stated === null
        ? overdue
          ? t(`OVERDUE since ${due}`, `VENCIDO desde ${due}`)
          : t(`due ${due}`, `vence ${due}`)
        : statedBy(stated),
  }));
}

function statedBy({ agency, statement, reason }: NonNullable<Asked['stated']>): string {
  return `${statement} (${agency})${reason === null ? '' : `: ${reason}`}`;
}
