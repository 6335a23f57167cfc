import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { eventPath } from '../event-address.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { asOption } from '../options.ts';
import { formatOf, writeList } from '../output.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla acknowledgements --as gt-pgn
  $ puebla acknowledgements /v1/events/mx-fgr/3f9c1a52 --as mx-fgr
  $ puebla acknowledgements --overdue --as ts-office`,
  `An event asks for an acknowledgement by its attribute "ackby". Told to its owner, and to each that is asked of itself; to the Technical Secretariat
how many are overdue. Exit 5: there is no such event that you own or that asks you.`,
  `Un evento pide acuse con su atributo "ackby". Se dice a su dueño, y a cada quien lo que se le pide; a la Secretaría Técnica,
cuántos están vencidos. Salida 5: no hay tal evento suyo o que le pida acuse.`,
);

/** Of whom an answer is asked: one of these agencies answers for all of them. */
interface Asked {
  readonly participant: string;
  readonly agencies: readonly string[];
}

interface Line extends Asked {
  readonly asked: boolean;
  readonly answered: boolean;
  readonly overdue: boolean;
  readonly answers: readonly {
    readonly agency: string;
    readonly answer: string;
    readonly time: string;
    readonly address: string;
  }[];
}

interface Due {
  readonly address: string;
  readonly kind: string;
  readonly ackby: string;
  readonly overdue: boolean;
  readonly own: boolean;
  readonly missing: readonly Asked[];
}

interface AllDue {
  readonly items: readonly Due[];
  readonly more: boolean;
  readonly overdue?: readonly { readonly participant: string; readonly count: number }[];
}

interface AcknowledgementsOptions {
  readonly from?: string;
  readonly overdue?: boolean;
  readonly as?: string;
}

/** `puebla acknowledgements [ADDRESS]`: what is due or overdue, or who has answered one event. */
export function acknowledgementsCommand(cli: Cli): Command {
  return new Command('acknowledgements')
    .description(
      t(
        'Say which acknowledgements are due, or who has given one.',
        'Dice qué acuses faltan, o quién ha acusado.',
      ),
    )
    .argument(
      '[address]',
      t(
        'address of an event that you own or that asks you',
        'dirección de un evento suyo o que le pide acuse',
      ),
    )
    .option(
      '--from <time>',
      t(
        'not what was due before this day or instant (default: a year ago)',
        'no lo que vencía antes de este día o instante (si falta: hace un año)',
      ),
    )
    .option(
      '--overdue',
      t(
        'how many are overdue of each participant, for the Technical Secretariat',
        'cuántos tiene vencidos cada participante, para la Secretaría Técnica',
      ),
    )
    .option(...asOption)
    .addHelpText('after', examples)
    .action(async (address: string | undefined, _own, command: Command) => {
      const { output, url, from, overdue, ...who } = optionsOf<AcknowledgementsOptions>(command);
      const format = formatOf(cli, output);
      const path = address === undefined ? '/v1/acknowledgements' : `${eventPath(address)}/acknowledgements`;
      const asked = new URL(path, await exchangeUrl(cli, url));
      if (address === undefined && from !== undefined) asked.searchParams.set('from', from);
      const headers = { authorization: `Bearer ${await requiredCallerOf(cli, who)()}` };
      const told: unknown = await (await request(cli, asked, { headers })).json();
      if (address !== undefined) {
        const { ackby, items } = told as { ackby: string | null; items: readonly Line[] };
        await writeList(cli, format, items, [
          { title: t('PARTICIPANT', 'PARTICIPANTE'), of: ({ participant }) => participant },
          { title: t('AGENCIES', 'INSTITUCIONES'), of: ({ agencies }) => agencies.join(' ') },
          { title: t('STATE', 'ESTADO'), of: (line) => stateOf(line, ackby) },
          { title: t('ANSWERS', 'RESPUESTAS'), of: ({ answers }) => answers.map(textOf).join(' ') },
        ]);
        return;
      }
      const all = told as AllDue;
      if (overdue === true) {
        if (all.overdue === undefined)
          throw new CliError(
            'notPermitted',
            t('this is told to the Technical Secretariat alone', 'esto se dice solo a la Secretaría Técnica'),
          );
        await writeList(cli, format, all.overdue, [
          { title: t('PARTICIPANT', 'PARTICIPANTE'), of: ({ participant }) => participant },
          { title: t('OVERDUE', 'VENCIDOS'), of: ({ count }) => count, align: 'right' },
        ]);
        return;
      }
      await writeList(cli, format, all.items, [
        { title: t('EVENT', 'EVENTO'), of: (item) => item.address },
        { title: t('KIND', 'TIPO'), of: ({ kind }) => kind },
        { title: t('STATE', 'ESTADO'), of: (item) => untilOf(item.overdue, item.ackby) },
        {
          title: t('WHOSE', 'DE QUIÉN'),
          of: ({ own }) => (own ? t('yours', 'suyo') : t('asked of you', 'se le pide')),
        },
        { title: t('MISSING', 'FALTAN'), of: ({ missing }) => missing.map(whoOf).join(' ') },
      ]);
      if (all.more)
        cli.say(
          `${t('there are more: ask again with', 'hay más: pida de nuevo con')} --from ${all.items.at(-1)?.ackby}`,
        );
    });
}

function stateOf({ asked, answered, overdue }: Line, ackby: string | null): string {
  if (answered) return asked ? t('answered', 'respondido') : t('answered unasked', 'respondido sin pedirse');
  return untilOf(overdue, ackby ?? '');
}

function untilOf(overdue: boolean, ackby: string): string {
  return overdue
    ? t(`OVERDUE since ${ackby}`, `VENCIDO desde ${ackby}`)
    : t(`due ${ackby}`, `vence ${ackby}`);
}

function textOf({ agency, answer, time }: Line['answers'][number]): string {
  return `${answer} (${agency}, ${time})`;
}

function whoOf({ participant, agencies }: Asked): string {
  return agencies.length === 1 ? agencies.join() : participant;
}
