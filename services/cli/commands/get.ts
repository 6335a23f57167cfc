import { addressOf, idPattern } from '@puebla/schemas';
import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { callerOf } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { formatOf, writeOne } from '../output.ts';
import { request } from '../request.ts';

const examples = `
Examples:
  $ puebla get /v1/events/mx-fgr/3f9c1a52
  $ puebla get mx-fgr 3f9c1a52 --as gt-mp --output json
`;

/** `puebla get ADDRESS` or `puebla get AGENCY ID`: one event. */
export function getCommand(cli: Cli): Command {
  return new Command('get')
    .description(
      'Read one event, by its address or by agency and id. / Lee un evento, por su dirección o por agencia e id.',
    )
    .argument('<address>', 'address as a publisher got it, or the agency')
    .argument('[id]', 'id, where the first is an agency')
    .option('--as <agency>', 'read as this demonstration agency')
    .addHelpText('after', examples)
    .action(async (address: string, id: string | undefined, _own, command: Command) => {
      const { output, url, ...who } = optionsOf<{ as?: string }>(command);
      const path = id === undefined ? pathOf(address) : addressFrom(address, id);
      const caller = callerOf(cli, who);
      const response = await request(cli, new URL(path, await exchangeUrl(cli, url)), {
        headers: caller === undefined ? {} : { authorization: `Bearer ${await caller()}` },
      });
      const event: unknown = await response.json();
      if (typeof event !== 'object' || event === null) throw new CliError('failed', 'the answer is no event');
      await writeOne(cli, formatOf(cli, output), event, () => JSON.stringify(event, null, 2));
    });
}

function addressFrom(agency: string, id: string): string {
  if (!idPattern.test(agency) || !idPattern.test(id))
    throw new CliError('usage', 'an id has 1 to 128 of A-Za-z0-9._~-');
  return addressOf(agency, id);
}

/** An address with or without the exchange before it, or `<agency>/<id>`. */
function pathOf(address: string): string {
  const path = URL.canParse(address) ? new URL(address).pathname : address;
  const [, agency, id] = /^(?:\/?v1\/events\/)?([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (agency === undefined || id === undefined) {
    throw new CliError(
      'usage',
      `${JSON.stringify(address)} is no address such as /v1/events/mx-fgr/3f9c1a52`,
    );
  }
  return addressFrom(agency, id);
}
