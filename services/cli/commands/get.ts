import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { callerOf } from '../credentials.ts';
import { eventPath } from '../event-address.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { addressArgument, asOption, idArgument } from '../options.ts';
import { formatOf, writeOne } from '../output.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla get /v1/events/mx-fgr/3f9c1a52
  $ puebla get mx-fgr 3f9c1a52 --as gt-mp --output json`,
);

/** `puebla get ADDRESS` or `puebla get AGENCY ID`: one event. */
export function getCommand(cli: Cli): Command {
  return new Command('get')
    .description(
      t(
        'Read one event, by its address or by agency and id.',
        'Lee un evento, por su dirección o por institución e id.',
      ),
    )
    .argument(...addressArgument)
    .argument(...idArgument)
    .option(...asOption)
    .addHelpText('after', examples)
    .action(async (address: string, id: string | undefined, _own, command: Command) => {
      const { output, url, ...who } = optionsOf<{ as?: string }>(command);
      const path = eventPath(address, id);
      const caller = callerOf(cli, who);
      const response = await request(cli, new URL(path, await exchangeUrl(cli, url)), {
        headers: caller === undefined ? {} : { authorization: `Bearer ${await caller()}` },
      });
      const event: unknown = await response.json();
      if (typeof event !== 'object' || event === null)
        throw new CliError('failed', t('the answer is no event', 'la respuesta no es un evento'));
      await writeOne(cli, formatOf(cli, output), event, () => JSON.stringify(event, null, 2));
    });
}
