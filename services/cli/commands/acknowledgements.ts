import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { eventPath } from '../event-address.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { formatOf, writeList } from '../output.ts';
import { request } from '../request.ts';

const examples = `
Examples:
  $ puebla acknowledgements --as gt-pgn
  $ puebla acknowledgements /v1/events/mx-fgr/3f9c1a52 --as mx-fgr
  $ puebla acknowledgements --overdue --as ts-office

An event asks for an acknowledgement by its attribute "ackby". Told to its owner, and to each that is asked of itself; to the Technical Secretariat
how many are overdue. Exit 5: there is no such event that you own or that asks you.
`;

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
      'Say which acknowledgements are due, or who has given one. / Dice qué acuses faltan, o quién ha acusado.',
    )
    .argument('[address]', 'address of an event that you own or that asks you')
    .option('--from <time>', 'not what was due before this day or instant (default: a year ago)')
    .option('--overdue', 'how many are overdue of each participant, for the Technical Secretariat')
    .option('--as <agency>', 'as this demonstration agency, or agency/person (embedded exchange only)')
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
          { title: 'PARTICIPANT', of: ({ participant }) => participant },
          { title: 'AGENCIES', of: ({ agencies }) => agencies.join(' ') },
          { title: 'STATE', of: (line) => stateOf(line, ackby) },
          { title: 'ANSWERS', of: ({ answers }) => answers.map(textOf).join(' ') },
        ]);
        return;
      }
      const all = told as AllDue;
      if (overdue === true) {
        if (all.overdue === undefined)
          throw new CliError('notPermitted', 'this is told to the Technical Secretariat alone');
        await writeList(cli, format, all.overdue, [
          { title: 'PARTICIPANT', of: ({ participant }) => participant },
          { title: 'OVERDUE', of: ({ count }) => count, align: 'right' },
        ]);
        return;
      }
      await writeList(cli, format, all.items, [
        { title: 'EVENT', of: (item) => item.address },
        { title: 'KIND', of: ({ kind }) => kind },
        { title: 'STATE', of: (item) => untilOf(item.overdue, item.ackby) },
        { title: 'WHOSE', of: ({ own }) => (own ? 'yours' : 'asked of you') },
        { title: 'MISSING', of: ({ missing }) => missing.map(whoOf).join(' ') },
      ]);
      if (all.more) cli.say(`there are more: ask again with --from ${all.items.at(-1)?.ackby}`);
    });
}

function stateOf({ asked, answered, overdue }: Line, ackby: string | null): string {
  if (answered) return asked ? 'answered' : 'answered unasked';
  return untilOf(overdue, ackby ?? '');
}

function untilOf(overdue: boolean, ackby: string): string {
  return overdue ? `OVERDUE since ${ackby}` : `due ${ackby}`;
}

function textOf({ agency, answer, time }: Line['answers'][number]): string {
  return `${answer} (${agency}, ${time})`;
}

function whoOf({ participant, agencies }: Asked): string {
  return agencies.length === 1 ? agencies.join() : participant;
}
