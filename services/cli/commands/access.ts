import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { eventPath } from '../event-address.ts';
import { exchangeUrl } from '../exchange.ts';
import { helpText, t } from '../language.ts';
import { addressArgument, asOption, idArgument } from '../options.ts';
import { formatOf, writeList } from '../output.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla access /v1/events/mx-fgr/3f9c1a52 --as mx-fgr
  $ puebla access mx-fgr 3f9c1a52 --as mx-fgr --output json`,
  `Told to the owner of the event alone, of AMBER and above, by agency. Exit 5: there is no such event of yours.`,
  `Se dice solo al dueño del evento, desde AMBER, por institución. Salida 5: no hay tal evento suyo.`,
);

interface Access {
  readonly agency: string;
  readonly participant: string;
  readonly may: boolean;
  readonly delivered: string | null;
  readonly opened: string | null;
}

/** `puebla access ADDRESS`: which agencies may read an event, and when each first got and opened it. */
export function accessCommand(cli: Cli): Command {
  return new Command('access')
    .description(
      t(
        'Say who may read an event of yours, and who has.',
        'Dice quién puede leer un evento suyo, y quién lo ha leído.',
      ),
    )
    .argument(...addressArgument)
    .argument(...idArgument)
    .option(...asOption)
    .addHelpText('after', examples)
    .action(async (address: string, id: string | undefined, _own, command: Command) => {
      const { output, url, ...who } = optionsOf<{ as?: string }>(command);
      const path = `${eventPath(address, id)}/access`;
      const token = await requiredCallerOf(cli, who)();
      const answer = await request(cli, new URL(path, await exchangeUrl(cli, url)), {
        headers: { authorization: `Bearer ${token}` },
      });
      const { agencies, reason } = (await answer.json()) as { agencies: readonly Access[]; reason?: string };
      if (reason !== undefined) cli.say(reason);
      await writeList(cli, formatOf(cli, output), agencies, [
        { title: t('AGENCY', 'INSTITUCIÓN'), of: ({ agency }) => agency },
        { title: t('PARTICIPANT', 'PARTICIPANTE'), of: ({ participant }) => participant },
        { title: t('MAY READ', 'PUEDE LEER'), of: ({ may }) => (may ? 'yes' : 'no') },
        { title: t('DELIVERED', 'ENTREGADO'), of: ({ delivered }) => delivered ?? '-' },
        { title: t('OPENED', 'ABIERTO'), of: ({ opened }) => opened ?? '-' },
      ]);
    });
}
