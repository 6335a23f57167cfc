import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { eventPath } from '../event-address.ts';
import { exchangeUrl } from '../exchange.ts';
import { formatOf, writeList } from '../output.ts';
import { request } from '../request.ts';

const examples = `
Examples:
  $ puebla access /v1/events/mx-fgr/3f9c1a52 --as mx-fgr
  $ puebla access mx-fgr 3f9c1a52 --as mx-fgr --output json

Told to the owner of the event alone, of AMBER and above, by agency. Exit 5: there is no such event of yours.
`;

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
      'Say who may read an event of yours, and who has. / Dice quién puede leer un evento suyo, y quién lo ha leído.',
    )
    .argument('<address>', 'address as a publisher got it, or the agency')
    .argument('[id]', 'id, where the first is an agency')
    .option('--as <agency>', 'as this agency, or agency/person (embedded exchange only)')
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
        { title: 'AGENCY', of: ({ agency }) => agency },
        { title: 'PARTICIPANT', of: ({ participant }) => participant },
        { title: 'MAY READ', of: ({ may }) => (may ? 'yes' : 'no') },
        { title: 'DELIVERED', of: ({ delivered }) => delivered ?? '-' },
        { title: 'OPENED', of: ({ opened }) => opened ?? '-' },
      ]);
    });
}
