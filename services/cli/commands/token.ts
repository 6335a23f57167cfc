import { agencies } from '@puebla/schemas';
import { Command, InvalidArgumentError } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { agenciesOfNow, demoTokens, requireTaken } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { defaultTokenSeconds, maxTokenSeconds } from '../kit.ts';
import { formatOf, writeList, writeOne } from '../output.ts';

const examples = `
Examples:
  $ export PUEBLA_TOKEN=$(puebla token mx-fgr)
  $ curl -H "Authorization: Bearer $(puebla token gt-mp)" http://127.0.0.1:8080/v1/events
  $ puebla token mx-fgr --person focal
  $ puebla token --list
`;

interface TokenOptions {
  readonly ttl: number;
  readonly list?: boolean;
  readonly person?: string;
}

/** `puebla token AGENCY`: a bearer token of an agency, or of a person in it, that takes part now. */
export function tokenCommand(cli: Cli): Command {
  return new Command('token')
    .description(
      'Print a short-lived bearer token of an agency (embedded exchange only). / Da un token breve de una institución (solo intercambio local).',
    )
    .argument('[agency]', 'agency id, such as mx-fgr')
    .option('--ttl <seconds>', `life of the token, up to ${maxTokenSeconds}`, seconds, defaultTokenSeconds)
    .option('--person <name>', 'of a person in the agency: duty, releaser, focal to begin with')
    .option('--list', 'list the agencies of now instead')
    .addHelpText('after', examples)
    .action(async (id: string | undefined, _own, command: Command) => {
      const { output, url, ttl, list, person } = optionsOf<TokenOptions>(command);
      if (list === true) {
        const known = (await agenciesOfNow(cli, await exchangeUrl(cli, url))) ?? agencies;
        await writeList(cli, formatOf(cli, output), known, [
          { title: 'AGENCY', of: (agency) => agency.id },
          { title: 'PARTICIPANT', of: (agency) => agency.participant },
          { title: 'NAME', of: (agency) => `${agency.name.es} / ${agency.name.en}` },
        ]);
        return;
      }
      if (id === undefined)
        throw new CliError('usage', 'which agency? puebla token AGENCY, or puebla token --list');
      const who = person === undefined ? id : `${id}/${person}`;
      const token = await demoTokens(cli, who, ttl)();
      await requireTaken(cli, await exchangeUrl(cli, url), who, token);
      // The bare token also where the output is no terminal: that is what $(puebla token ...) needs.
      const expires = new Date(Date.now() + ttl * 1000).toISOString();
      await writeOne(
        cli,
        output ?? 'table',
        { agency: id, ...(person !== undefined && { person }), token, expires },
        () => token,
      );
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= maxTokenSeconds) return value;
  throw new InvalidArgumentError(`expected a number of seconds from 1 to ${maxTokenSeconds}`);
}
