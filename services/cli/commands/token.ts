import { agencies } from '@puebla/schemas';
import { Command, InvalidArgumentError } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { demoAgency, demoTokens } from '../credentials.ts';
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

/** `puebla token AGENCY`: a bearer token of a demonstration agency. */
export function tokenCommand(cli: Cli): Command {
  return new Command('token')
    .description(
      'Print a short-lived bearer token of a demonstration agency (embedded exchange only). / Da un token breve de una agencia de demostración (solo intercambio local).',
    )
    .argument('[agency]', 'agency id, such as mx-fgr')
    .option('--ttl <seconds>', `life of the token, up to ${maxTokenSeconds}`, seconds, defaultTokenSeconds)
    .option('--person <name>', 'of a person in the agency: duty, releaser, focal in the demonstration')
    .option('--list', 'list the demonstration agencies instead')
    .addHelpText('after', examples)
    .action(async (id: string | undefined, _own, command: Command) => {
      const { output, ttl, list, person } = optionsOf<{ ttl: number; list?: boolean; person?: string }>(
        command,
      );
      if (list === true) {
        await writeList(cli, formatOf(cli, output), agencies, [
          { title: 'AGENCY', of: (agency) => agency.id },
          { title: 'PARTICIPANT', of: (agency) => agency.participant },
          { title: 'NAME', of: (agency) => `${agency.name.es} / ${agency.name.en}` },
        ]);
        return;
      }
      if (id === undefined)
        throw new CliError('usage', 'which agency? puebla token AGENCY, or puebla token --list');
      const agency = demoAgency(id);
      const who = person === undefined ? agency : `${agency}/${person}`;
      const token = await demoTokens(cli, who, ttl)();
      // The bare token also where the output is no terminal: that is what $(puebla token ...) needs.
      const expires = new Date(Date.now() + ttl * 1000).toISOString();
      await writeOne(
        cli,
        output ?? 'table',
        { agency, ...(person !== undefined && { person }), token, expires },
        () => token,
      );
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= maxTokenSeconds) return value;
  throw new InvalidArgumentError(`expected a number of seconds from 1 to ${maxTokenSeconds}`);
}
